import type { IConstruct } from "constructs";

/** The four things that whoever reads an error needs. Lower case, no final period. */
export interface Complaint {
  readonly what: string;
  /** The value that was given. Never a secret. */
  readonly given?: unknown;
  readonly allowed?: string;
  readonly fix?: string;
}

/** The one error that this library throws: wrong input, found at synth. */
export class CoverstackError extends Error {
  override readonly name = "CoverstackError";
  /** Path of the construct that refused; empty for a value that belongs to none. */
  readonly constructPath: string;

  constructor(complaint: Complaint, scope?: IConstruct) {
    const path = scope?.node.path ?? "";
    super(path ? `[${path}] ${sentence(complaint)}` : sentence(complaint));
    this.constructPath = path;
  }
}

function sentence({ what, given, allowed, fix }: Complaint): string {
  const parts = [given === undefined ? what : `${what}, got ${JSON.stringify(given)}`];
  if (allowed !== undefined) parts.push(`allowed: ${allowed}`);
  if (fix !== undefined) parts.push(fix);
  return parts.join("; ");
}
