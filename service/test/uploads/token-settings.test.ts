import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { settingsIn } from "../support/settings-in.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const { load, faultsOf } = settingsIn(temporaryFolder());

describe("the settings of upload tokens", () => {
  it("name organisations, their last day and the owners of OIDC tokens", async () => {
    const { settings, warnings } = await load(`
setup:
  uploads_without_token: forks
github:
  organizations:
    acme: { upload_token: abc, upload_token_expires: "2030-01-31" }
    Other-Org: { upload_token: def }
  oidc_owners: acme, other
`);
    expect(warnings).toEqual([]);
    expect(settings.uploadsWithoutToken).toBe("forks");
    expect(settings.gitHosts.github).toEqual({
      url: "https://github.com",
      globalUploadToken: null,
      organizationTokens: [
        { owner: "acme", token: "abc", expires: Date.parse("2030-02-01") },
        { owner: "Other-Org", token: "def", expires: null },
      ],
      oidcOwners: ["acme", "other"],
    });
  });

  it("are those of the page on uploading", async () => {
    const page = readFileSync(new URL("../../../docs/uploading.md", import.meta.url), "utf8");
    const [, yaml] = /^```yaml\n(setup:.*?)^```$/ms.exec(page)!;
    const { settings, warnings } = await load(yaml);
    expect(warnings).toEqual([]);
    expect(settings.gitHosts.github).toMatchObject({
      organizationTokens: [{ owner: "acme", expires: Date.parse("2027-02-01") }],
      oidcOwners: ["acme"],
    });
    for (const [name] of page.matchAll(/\bGITHUB__[A-Z_]+/g)) {
      expect((await load("", { [name]: "value" })).warnings).toEqual([]);
    }
  });

  it("come from variables as well", async () => {
    const { settings } = await load("", { GITLAB__ORGANIZATIONS__ACME__UPLOAD_TOKEN: "abc", GITLAB__OIDC_OWNERS: "*" });
    expect(settings.gitHosts.gitlab).toMatchObject({
      organizationTokens: [{ owner: "acme", token: "abc", expires: null }],
      oidcOwners: ["*"],
    });
  });

  it.each([
    ["setup: { uploads_without_token: always }", /uploads_without_token must be one of never, forks, public/],
    ["github: { organizations: { acme: {} } }", /github\.organizations\.acme\.upload_token is needed/],
    ['github: { organizations: { acme: { upload_token: secret-text, upload_token_expires: "soon" } } }', /2027-01-31/],
    ["github: { organizations: { acme: secret-text } }", /a section for each owner with upload_token/],
  ])("are refused when they are wrong, and never shown: %s", async (yaml, says) => {
    const faults = (await faultsOf(yaml)).join("\n");
    expect(faults).toMatch(says);
    expect(faults).not.toContain("secret-text");
  });
});
