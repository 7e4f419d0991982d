import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rehearsal } from "../../lib/testing/index.js";
import { built } from "../support/built.js";
import { run } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";

const ADDRESSES = fileURLToPath(new URL("../addresses", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../stacks/settings", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "examples-"));

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

let manifest: Manifest;
beforeAll(() => {
  const { status, output } = run(process.execPath, [join(built(), "stacks/main.js"), "--out", folder, "--quiet"]);
  expect(status, output).toBe(0);
  manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync(EXAMPLES).map((file) => basename(file, ".yaml"));
const frozen = readdirSync(ADDRESSES).map((file) => basename(file, ".txt"));

describe("the examples", () => {
  it("are three strategies on three clouds, in eleven stacks or more (G1)", () => {
    expect(names).toHaveLength(9);
    expect(Object.keys(manifest.stacks).sort()).toEqual(frozen);
    expect(frozen.length).toBeGreaterThanOrEqual(11);
  });

  it("are described in a few lines each", () => {
    for (const name of names) {
      const lines = readFileSync(join(EXAMPLES, `${name}.yaml`), "utf8").split("\n");
      expect(lines.filter((line) => line && !line.startsWith("#")).length, name).toBeLessThanOrEqual(12);
    }
  });

  it.each(frozen)("keep the addresses that deployments have state under: %s", (name) => {
    const { resource } = JSON.parse(readFileSync(join(folder, "stacks", name, "cdk.tf.json"), "utf8")) as {
      resource: Record<string, object>;
    };
    const addresses = Object.entries(resource).flatMap(([type, named]) =>
      Object.keys(named).map((name) => `${type}.${name}`),
    );
    const file = join(ADDRESSES, `${name}.txt`);
    expect(
      addresses.sort(),
      `addresses are a public contract: Terraform destroys what is gone from the list and makes anew what is new in it. ` +
        `If that is meant, add a move for existing deployments and edit ${file}`,
    ).toEqual(readFileSync(file, "utf8").trim().split("\n"));
  });
});

describe.runIf(realParts().terraform)("rehearsing an example with the real Terraform", { timeout: 120_000 }, () => {
  it.each(names)("applies %s, plans nothing more, and destroys it", async (name) => {
    const stacks = Object.keys(manifest.stacks).filter((stack) => stack === name || stack.startsWith(`${name}-`));
    await using rehearsal = await Rehearsal.of(folder, { stacks });
    const applied = await rehearsal.apply();
    expect(applied.filter(({ action }) => action === "create").length).toBeGreaterThan(15);
    expect(await rehearsal.plan()).toEqual([]);
    const destroyed = await rehearsal.destroy({ force: true });
    expect(destroyed.filter(({ action }) => action === "delete")).toHaveLength(
      applied.filter(({ action }) => action === "create").length,
    );
  });
});
