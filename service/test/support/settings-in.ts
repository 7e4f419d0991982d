import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Role } from "../../src/roles.js";
import { type Environment, type Flags, loadSettings, SettingsError } from "../../src/settings/load.js";

/** Loads settings from a file in the folder, which is also the data folder. */
export function settingsIn(folder: string) {
  async function load(yaml: string, environment: Environment = {}, role: Role = "all", flags: Flags = {}) {
    await writeFile(join(folder, "codecov.yml"), yaml);
    return loadSettings(role, flags, { DATA_DIR: folder, ...environment });
  }

  async function faultsOf(...call: Parameters<typeof load>): Promise<readonly string[]> {
    const error = await load(...call).then(
      () => null,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).faults.map((fault) => fault.replaceAll(`${folder}/`, ""));
  }

  return { load, faultsOf };
}
