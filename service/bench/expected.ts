import { coverageOf, type Totals } from "#service/report/totals.js";
import type { ModelFile, ModelLine } from "./model.js";

/** What a format can say of a line of the model. */
export interface ExpectedLine {
  /** Of `total` branches; of a line without branches 0 or 1 of 1. */
  readonly taken: number;
  readonly total: number;
  readonly kind: "line" | "branch" | "method";
  /** Covered, and all of it. */
  readonly complexity?: readonly [number, number];
}

/** Sums up what a format can say of a model, worked out beside the service's own rules. */
export class ExpectedLines {
  readonly #counts = { files: 0, lines: 0, hits: 0, misses: 0, branches: 0, methods: 0 };
  readonly #complexity = { complexity: 0, complexityTotal: 0 };

  constructor(readonly say: (line: ModelLine) => ExpectedLine) {}

  add(file: ModelFile): void {
    const counts = this.#counts;
    counts.files++;
    for (const line of file.lines) {
      const { taken, total, kind, complexity = [0, 0] } = this.say(line);
      counts.lines++;
      if (taken === total) counts.hits++;
      else if (taken === 0) counts.misses++;
      if (kind === "branch") counts.branches++;
      else if (kind === "method") counts.methods++;
      this.#complexity.complexity += complexity[0];
      this.#complexity.complexityTotal += complexity[1];
    }
  }

  get totals(): Totals {
    const { lines, hits, misses } = this.#counts;
    return { ...this.#counts, ...this.#complexity, partials: lines - hits - misses, coverage: coverageOf(hits, lines) };
  }
}
