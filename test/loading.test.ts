import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { built } from "./support/built.js";
import { inFolder, run, SLOW } from "./support/programs.js";

/** The modules that a fresh process loads for one import, as paths below the project. */
function loadedBy(entry: string): readonly string[] {
  const script = `require(${JSON.stringify(entry)}); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const { status, output } = run(process.execPath, ["-e", script]);
  expect(status, output).toBe(0);
  return (JSON.parse(output) as string[]).map((path) => relative(process.cwd(), path));
}

const providerModules = (paths: readonly string[]) => paths.filter((path) => path.includes("@cdktf/provider-"));

describe("importing the library", SLOW, () => {
  it("loads no cloud's bindings", () => {
    expect(providerModules(loadedBy(join(built(), "lib/index.js")))).toEqual([]);
  });

  it("loads only the submodules that it uses from coverstack/aws, never the index", () => {
    const modules = providerModules(loadedBy(join(built(), "lib/aws/index.js")));
    expect(modules).not.toContain("node_modules/@cdktf/provider-aws/lib/index.js");
    const submodules = new Set(modules.map((path) => path.split("/")[4]));
    expect(submodules.size).toBeGreaterThan(10);
    expect(submodules.size).toBeLessThan(40);
  });
});

describe("the linter", SLOW, () => {
  const lint = (line: string) =>
    inFolder((folder) => {
      const file = join(folder, "example.ts");
      writeFileSync(file, `${line}\n`);
      return run("npx", ["biome", "lint", "--config-path=biome.json", "--vcs-enabled=false", file]);
    });

  it.each([
    'import { vpc } from "@cdktf/provider-aws";\nexport const used = vpc;',
    'import * as google from "@cdktf/provider-google";\nexport const used = google;',
  ])("refuses a provider's index: %s", async (line) => {
    expect((await lint(line)).output).toContain("lint/style/noRestrictedImports");
  });

  it("takes a provider's submodule", async () => {
    const { status, output } = await lint(
      'import { Vpc } from "@cdktf/provider-aws/lib/vpc";\nexport const used = Vpc;',
    );
    expect(status, output).toBe(0);
  });
});
