import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { built } from "./support/built.js";
import { inFolder, run, SLOW } from "./support/programs.js";

/** The modules that a fresh process has loaded at its end, as paths below the project. */
function loadedBy(program: string, words: readonly string[] = []): readonly string[] {
  const report = 'process.on("exit", (code) => code || console.log(JSON.stringify(Object.keys(require.cache))))';
  const script = `${report}; require(${JSON.stringify(join(built(), program))})`;
  const { status, output } = run(process.execPath, ["-e", script, "--", ...words]);
  expect(status, output).toBe(0);
  return (JSON.parse(output) as string[]).map((path) => relative(process.cwd(), path));
}

/** The submodules of providers, such as `aws/vpc`; an index would be `aws/index.js`. */
const submodules = (paths: readonly string[]) => {
  const names = paths.flatMap((path) => /@cdktf\/provider-(\w+\/lib\/[\w.-]+)/.exec(path)?.[1] ?? []);
  return [...new Set(names)].map((name) => name.replace("/lib", ""));
};
const providers = (names: readonly string[]) => [...new Set(names.map((name) => name.split("/")[0]))].sort();

describe("importing the library", SLOW, () => {
  it("loads no cloud's bindings", () => {
    expect(submodules(loadedBy("lib/index.js"))).toEqual([]);
  });

  it.each([
    ["aws", "aws"],
    ["gcp", "google"],
    ["azure", "azurerm"],
  ])("loads of providers only the submodules that it uses from coverstack/%s", (cloud, provider) => {
    const names = submodules(loadedBy(`lib/${cloud}/index.js`));
    expect(names.filter((name) => name.endsWith("index.js"))).toEqual([]);
    expect(providers(names)).toEqual([provider]);
    expect(names.length).toBeGreaterThan(20);
    expect(names.length).toBeLessThan(100);
  });

  it("loads no cloud's bindings from coverstack/kubernetes", () => {
    const names = submodules(loadedBy("lib/kubernetes/index.js"));
    expect(providers(names)).toEqual(["kubernetes"]);
    expect(names).not.toContain("kubernetes/index.js");
  });

  it("loads what speaks to Terraform from coverstack/testing only once a rehearsal begins", () => {
    const packages = loadedBy("lib/testing/index.js").filter((path) => path.startsWith("node_modules"));
    expect(packages.filter((path) => /grpc|protobuf|msgpack|@cdktf/.test(path))).toEqual([]);
  });
});

describe("the example app", SLOW, () => {
  it("loads the bindings of one cloud for a machine, and no others", () =>
    inFolder((folder) => {
      const words = ["stacks/settings/single-vm-aws.yaml", "--quiet", "--out", folder];
      const names = submodules(loadedBy("stacks/main.js", words));
      expect(providers(names)).toEqual(["aws"]);
    }));
});

describe("type checking", SLOW, () => {
  it.each(["lib", "stacks", "test"])("reads no provider's index: %s", (project) => {
    const { status, output } = run("npx", ["tsc", "--project", project, "--listFilesOnly"]);
    expect(status, output).toBe(0);
    const names = submodules(output.split("\n"));
    expect(names).toContain("aws/vpc");
    expect(names.filter((name) => name.endsWith("index.d.ts"))).toEqual([]);
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
