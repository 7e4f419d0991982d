import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { built } from "../support/built.js";
import { inFolder, run, SLOW } from "../support/programs.js";

type Core = "cdktf" | "cdktn";
type Stack = { "//": { metadata: { version: string } } };

const examples = readdirSync("stacks/settings").map((file) => file.replace(/\.yaml$/, ""));
const version = (core: Core): string => createRequire(import.meta.url)(`${core}/package.json`).version;

/** The examples by name, synthesised in a process of its own and parsed, less the version of the core that did it. */
function synthesised(core: Core, folder: string): Readonly<Record<string, Stack>> {
  mkdirSync(folder);
  const redirect = core === "cdktn" ? ["--require", "./test/cdktn/redirect.cjs"] : [];
  const { status, output } = run(process.execPath, [...redirect, join(built(), "stacks/main.js"), "--out", folder]);
  expect(status, output).toBe(0);
  const stacks = readdirSync(join(folder, "stacks")).map((name): [string, Stack] => {
    const stack: Stack = JSON.parse(readFileSync(join(folder, "stacks", name, "cdk.tf.json"), "utf8"));
    expect(stack["//"].metadata.version).toBe(version(core));
    stack["//"].metadata.version = "";
    return [name, stack];
  });
  return Object.fromEntries(stacks);
}

describe("the examples on cdktn", SLOW, () => {
  it("are the same JSON as on cdktf", () =>
    inFolder((folder) => {
      const stacks = synthesised("cdktf", join(folder, "cdktf"));
      const names = Object.keys(stacks);
      expect(examples.filter((example) => !names.some((name) => name.startsWith(example)))).toEqual([]);
      expect(synthesised("cdktn", join(folder, "cdktn"))).toEqual(stacks);
    }));
});

describe("the library and the example app", SLOW, () => {
  it("compile against cdktn's types", () => {
    const { status, output } = run("npx", ["tsc", "--project", "test/cdktn", "--listFiles"]);
    expect(status, output).toBe(0);
    expect(output).toContain("node_modules/cdktn/lib/index.d.ts");
    expect(output).not.toContain("node_modules/cdktf/");
  });
});
