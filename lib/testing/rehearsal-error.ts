import type { Operation } from "./changes.js";

/** A rehearsal that cannot begin, or that Terraform or a simulated cloud broke off. */
export class RehearsalError extends Error {
  override readonly name = "RehearsalError";
  // Private, so that whoever prints the error sees what it says, and not dozens of operations behind it.
  readonly #diagnostics: readonly Diagnostic[];
  readonly #operations: readonly Operation[];

  constructor(message: string, { diagnostics = [], operations = [] }: BrokenOff = {}) {
    super([message, ...diagnostics.map(render)].join("\n"));
    this.#diagnostics = diagnostics;
    this.#operations = operations;
  }

  /** What Terraform itself said, if it came that far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** What had been done when it broke off. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }
}

interface BrokenOff {
  readonly diagnostics?: readonly Diagnostic[];
  readonly operations?: readonly Operation[];
}

/** An error of Terraform. */
export interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  /** The resource that it concerns. */
  readonly address?: string | undefined;
}

function render({ summary, detail, address }: Diagnostic): string {
  return `  ${address === undefined ? "" : `${address}: `}${summary}${detail === "" ? "" : `: ${detail.trim()}`}`;
}
