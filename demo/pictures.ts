import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { loadSample, uploadSample } from "./sample.js";
import { startService } from "./service-process.js";

/** Takes the pictures of docs/pictures/ from a running service with the sample repository in it. */

const ROOT = resolve(__dirname, "../..");
const FOLDER = join(ROOT, "docs", "pictures");
const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];

async function main(): Promise<void> {
  const executablePath = BROWSERS.find((path): path is string => path !== undefined && existsSync(path));
  if (!executablePath) throw new Error("no Chromium found; set CHROMIUM to its path");
  const data = await mkdtemp(join(tmpdir(), "coverstack-pictures-"));
  const token = "pictures";
  const service = await startService({ root: ROOT, port: 18090, dataDir: data, uploadToken: token });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
  });
  try {
    const sample = await loadSample(join(ROOT, "demo/sample"));
    const head = (await uploadSample(sample, { url: service.url, token })).at(-1);
    if (!head) throw new Error("the sample repository is empty");
    const repository = `${service.url}/gh/${sample.slug}`;
    const pages = {
      repository,
      commit: `${repository}/commit/${head.sha}`,
      file: `${repository}/commit/${head.sha}/blob/web/src/checkout.ts`,
    };
    await mkdir(FOLDER, { recursive: true });
    const page = await browser.newPage({ viewport: { width: 1120, height: 760 }, colorScheme: "light" });
    for (const [name, url] of Object.entries(pages)) {
      await page.goto(url);
      await page.screenshot({ path: join(FOLDER, `${name}.png`) });
      process.stdout.write(`docs/pictures/${name}.png\n`);
    }
  } finally {
    await browser.close();
    await service.stop();
    await rm(data, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`pictures: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
