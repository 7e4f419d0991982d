import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../fixtures");

/** Reports of coverage that real tools wrote, as `FORMAT/FILE`. */
export function fixtureFiles(): readonly string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\/.+\.\w+$/.test(file) && !file.startsWith("no-coverage/"),
  );
}

export function readFixture(file: string): Buffer {
  return readFileSync(join(FOLDER, file));
}
