import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { propertiesOf } from "../../src/settings/check.js";
import { SettingsFile } from "../../src/settings/file-schema.js";
import { settingsIn } from "../support/settings-in.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const page = readFileSync(new URL("../../../docs/service.md", import.meta.url), "utf8");
const { load } = settingsIn(temporaryFolder());

it("every key of the settings file has a row on the page", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const missing = leavesOf(SettingsFile)
    .map((key) => key.replace(/^(github|gitlab|bitbucket)(_enterprise|_server)?\./, "HOST."))
    .filter((key) => {
      const dot = key.lastIndexOf(".");
      return !rows.some(
        (row) =>
          row.includes(`\`${key}\``) ||
          (row.includes(`\`${key.slice(0, dot)}.`) && row.includes(`\`${key.slice(dot)}\``)),
      );
    });
  expect(missing).toEqual([]);
});

it("the page's settings files are accepted whole", async () => {
  const files = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect((await load(file, {}, "web")).warnings).toEqual([]);
});

function leavesOf(schema: typeof SettingsFile): string[] {
  const leaves = (at: Parameters<typeof propertiesOf>[0], above: string): string[] => {
    const below = Object.entries(propertiesOf(at));
    return below.length === 0
      ? [above]
      : below.flatMap(([key, value]) => leaves(value, above ? `${above}.${key}` : key));
  };
  return leaves(schema, "");
}
