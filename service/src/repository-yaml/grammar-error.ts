/** A value that its grammar does not take. The message completes "… is not allowed: ". */
export class GrammarError extends Error {
  override readonly name = "GrammarError";
}
