import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DataFolderInUseError, lockDataFolder } from "../../src/database/data-folder-lock.js";
import { startNode } from "../support/child.js";
import { until } from "../support/until.js";

const MODULE = fileURLToPath(new URL("../../dist/database/data-folder-lock.js", import.meta.url));
const HOLD = `
  import(process.argv[1])
    .then(({ lockDataFolder }) => lockDataFolder(process.argv[2]))
    .then(() => { console.log("held"); setInterval(() => {}, 1000); }, (error) => console.log(error.name));
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "coverstack-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

const hold = () => startNode(["-e", HOLD, MODULE, folder]);

describe("the lock of the data folder", () => {
  it("is held by one, names its holder and is free again after release", async () => {
    const lock = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toThrow(new DataFolderInUseError(folder, `${process.pid}`));
    await lock.release();
    await (await lockDataFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is never taken from a process that lives, and passes on after kill -9", async () => {
    const holder = hold();
    await until(() => holder.lines.length > 0);
    await expect(lockDataFolder(folder)).rejects.toThrow(`in use by process ${holder.process.pid}`);
    holder.process.kill("SIGKILL");
    await holder.exit;
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^lock-/)]);
    await (await lockDataFolder(folder)).release();
  });

  it("goes to exactly one of several that start at once over a lock left behind", async () => {
    const dead = hold();
    await until(() => dead.lines.length > 0);
    dead.process.kill("SIGKILL");
    await dead.exit;
    const starters = Array.from({ length: 6 }, hold);
    await until(() => starters.every((starter) => starter.lines.length > 0));
    expect(starters.map((starter) => starter.lines[0]).sort()).toEqual([
      ...Array(5).fill("DataFolderInUseError"),
      "held",
    ]);
    for (const starter of starters) starter.process.kill("SIGKILL");
    await Promise.all(starters.map((starter) => starter.exit));
  });

  it("replaces a plain file of its name", async () => {
    await writeFile(join(folder, "lock-left"), "");
    await (await lockDataFolder(folder)).release();
  });

  it("works in a folder whose path is too long for a socket", async () => {
    vi.stubEnv("TMPDIR", folder);
    const deep = join(folder, "a".repeat(100), "b".repeat(100));
    const lock = await lockDataFolder(deep);
    await expect(lockDataFolder(deep)).rejects.toThrow(DataFolderInUseError);
    await lock.release();
    vi.unstubAllEnvs();
  });

  it("says so when the folder cannot be written to", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(lockDataFolder(join(folder, "file", "data"))).rejects.toThrow(/ENOTDIR/);
  });
});
