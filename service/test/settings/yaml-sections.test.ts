import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSettings } from "../../src/settings/load.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "coverstack-yaml-sections-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(file: string) {
  await writeFile(join(folder, "codecov.yml"), file);
  return loadSettings("all", { data: folder }, {});
}

describe("yamls in the settings file", () => {
  it("hold for the site and for owners, whatever the case of their names", async () => {
    const { settings } = await load(`
site:
  coverage: { precision: 1 }
github:
  organizations:
    Acme:
      yaml:
        ignore: [generated/]
`);
    expect(settings.site).toEqual({ coverage: { precision: 1 } });
    expect(settings.gitHosts.github?.ownerYamls?.get("acme")).toEqual({ ignore: ["generated/"] });
    expect(settings.gitHosts.gitlab?.ownerYamls).toBeUndefined();
  });

  it("are checked by the rules of a repository's, and told with their place in the file", async () => {
    const file =
      "site:\n  coverage:\n    precision: many\ngitlab:\n  organizations:\n    acme:\n      yaml: { flgs: {} }\n";
    const error = await load(file).catch((fault: Error) => fault);
    expect((error as Error).message).toMatch(/codecov\.yml:3:16 site\.coverage\.precision: /);
    expect((error as Error).message).toMatch(/codecov\.yml:7:\d+ gitlab\.organizations\.acme\.yaml\.flgs: /);
  });
});
