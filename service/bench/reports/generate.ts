import { closeSync, openSync, writeSync } from "node:fs";
import type { Totals } from "#service/report/totals.js";
import { type ModelFile, modelFiles, type Naming } from "../model.js";

export interface Generated {
  readonly bytes: number;
  readonly totals: Totals;
}

/** Adds up what a format must make of a model. */
export interface Expectation {
  readonly totals: Totals;
  add(file: ModelFile): void;
}

/** How a format writes a model. */
export interface Rendering {
  readonly head: string;
  readonly tail: string;
  render(file: ModelFile): string;
  /** @default in the order of their paths */
  readonly nameOf?: Naming;
}

/** Writes a report of so many files, the same on every machine, and says what its totals must be. */
export function generate(path: string, files: number, expected: Expectation, rendering: Rendering): Generated {
  const descriptor = openSync(path, "w");
  let bytes = writeSync(descriptor, rendering.head);
  for (const file of modelFiles(files, 0x5eed, rendering.nameOf)) {
    expected.add(file);
    bytes += writeSync(descriptor, rendering.render(file));
  }
  bytes += writeSync(descriptor, rendering.tail);
  closeSync(descriptor);
  return { bytes, totals: expected.totals };
}
