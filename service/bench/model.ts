import { coverageOf, type Totals } from "#service/report/totals.js";
import { Random } from "./random.js";

export interface ModelLine {
  readonly line: number;
  readonly hits: number;
  /** Hits of each branch; empty for a plain line. */
  readonly branches: readonly number[];
  /** Whether a function starts here. */
  readonly isFunction: boolean;
}

export interface ModelFile {
  readonly path: string;
  readonly lines: readonly ModelLine[];
}

/** How the files of a model are called, by their number. */
export type Naming = (number: number) => string;

/** In the order of their paths, as most tools list them. */
export const inOrder: Naming = (number) => {
  const [module, component, file] = [number / 100, number / 10, number].map((part) =>
    String(Math.floor(part)).padStart(5, "0"),
  );
  return `src/module_${module}/component_${component}/file_${file}.ts`;
};

/** In no order. */
export const scattered: Naming = (number) => `src/module_${number % 97}/component_${number % 1009}/file_${number}.ts`;

/** Files of about 300 lines, a seventh of them with two to four branches, a seventeenth with a function. */
export function* modelFiles(count: number, seed: number, nameOf = inOrder): Generator<ModelFile, void> {
  const random = new Random(seed);
  for (let number = 0; number < count; number++) {
    const lines: ModelLine[] = [];
    let line = 1;
    for (let left = 1 + random.below(600); left > 0; left--) {
      line += 1 + random.below(3);
      const hits = random.chance(27) ? 0 : 1 + random.below(random.chance(50) ? 9 : 2000);
      const branches: number[] = [];
      if (random.chance(11)) {
        for (let branch = 2 + random.below(3); branch > 0; branch--) {
          branches.push(hits === 0 || random.chance(30) ? 0 : 1 + random.below(hits));
        }
      }
      lines.push({ line, hits, branches, isFunction: random.below(17) === 0 });
    }
    yield { path: nameOf(number), lines };
  }
}

/** Totals that a model adds up to, worked out beside the service's own rules. */
export class ExpectedTotals {
  #files = 0;
  #hits = 0;
  #misses = 0;
  #partials = 0;
  #branches = 0;
  #methods = 0;

  /** @param knowsFunctions whether the format can say that a line with branches starts a function */
  constructor(readonly knowsFunctions: boolean) {}

  add(file: ModelFile): void {
    this.#files++;
    for (const { hits, branches, isFunction } of file.lines) {
      const taken = branches.filter((count) => count > 0).length;
      if (branches.length === 0 ? hits > 0 : taken === branches.length) this.#hits++;
      else if (taken === 0) this.#misses++;
      else this.#partials++;
      if (branches.length === 0) continue;
      if (isFunction && this.knowsFunctions) this.#methods++;
      else this.#branches++;
    }
  }

  get totals(): Totals {
    const lines = this.#hits + this.#misses + this.#partials;
    return {
      files: this.#files,
      lines,
      hits: this.#hits,
      misses: this.#misses,
      partials: this.#partials,
      coverage: coverageOf(this.#hits, lines),
      branches: this.#branches,
      methods: this.#methods,
      complexity: 0,
      complexityTotal: 0,
    };
  }
}
