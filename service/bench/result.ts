import { isDeepStrictEqual } from "node:util";

/** One measurement: ours beside a peer and a limit from the same run. */
export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  readonly limit: number | null;
  readonly limitName: string | null;
  /** Ours against the limit, or against the peer where there is no limit. */
  readonly ratio: number;
  /** What the ratio must at least be (`>=`) or at most (`<=`); beyond it the run fails. */
  readonly floor: string | null;
}

/** Prints measurements as JSON lines, and remembers whether one of them fell short. */
export class Results {
  failed = false;
  readonly #equal = new Map<string, boolean>();

  /** Adds whether the measured work gave the known answer. */
  print(measurement: Measurement): void {
    console.log(JSON.stringify({ ...measurement, equal: this.#equal.get(measurement.name) ?? null }));
    const { floor, ratio, name } = measurement;
    if (floor === null) return;
    const [sign, bound] = floor.split(" ");
    if (sign === ">=" ? ratio >= Number(bound) : ratio <= Number(bound)) return;
    this.fail(`${name}: the ratio ${ratio} is not ${floor}`);
  }

  /** Speed counts only for the right answer: said before the measurement of that name is printed. */
  expectEqual(name: string, found: unknown, expected: unknown): void {
    const equal = isDeepStrictEqual(found, expected);
    this.#equal.set(name, equal && this.#equal.get(name) !== false);
    if (equal) return;
    this.fail(`${name}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }

  /** A measurement that this machine cannot take. */
  leaveOut(name: string, missing: string): void {
    console.error(`${name}: left out, since there is no ${missing}`);
  }

  /** Says what is wrong, and lets the whole run fail. */
  fail(message: string): void {
    this.failed = true;
    console.error(message);
  }
}
