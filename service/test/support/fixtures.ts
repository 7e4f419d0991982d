import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "../../fuzz/corpus.js";

export const FIXTURES = join(import.meta.dirname, "../fixtures");

/** Reports of coverage that real tools wrote, as `FORMAT/FILE`. */
export function fixtureFiles(): readonly string[] {
  return filesIn(FIXTURES);
}

export function readFixture(file: string): Buffer {
  return readFileSync(join(FIXTURES, file));
}
