import type { Operation } from "./changes.js";

/** A rehearsal that cannot begin, or that Terraform or a simulated cloud broke off. */
export class RehearsalError extends Error {
  override readonly name = "RehearsalError";
  /** What Terraform itself said, if it came that far. */
  readonly diagnostics: readonly Diagnostic[];
  /** What had been done when it broke off. */
  readonly operations: readonly Operation[];

  constructor(message: string, { diagnostics = [], operations = [] }: BrokenOff = {}) {
    super([message, ...diagnostics.map(render)].join("\n"));
    this.diagnostics = diagnostics;
    this.operations = operations;
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
