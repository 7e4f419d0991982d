import { runInThisContext } from "node:vm";

const NAME = Symbol.for("coverstack.within");

/** Runs what may never end, and ends it. @throws when it takes longer */
export function within<Result>(milliseconds: number, run: () => Result): Result {
  Object.assign(globalThis, { [NAME]: run });
  return runInThisContext(`globalThis[Symbol.for("coverstack.within")]()`, { timeout: milliseconds });
}
