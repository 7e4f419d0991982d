import type { ReportFormat } from "./parser.js";

/**
 * What a report seems to be: a format that is read; one that is known but not read; something known that is no
 * coverage; or nothing known. `undecided` means that only more of it can tell: an LCOV record may come late.
 */
export type Detection =
  | { readonly kind: "read"; readonly format: ReportFormat }
  | { readonly kind: "unread"; readonly name: string }
  | { readonly kind: "foreign"; readonly reason: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "undecided" };

export const UNDECIDED: Detection = { kind: "undecided" };
export const UNKNOWN: Detection = { kind: "unknown" };

/** A head of this size tells what it is, unless it is text. */
export const HEAD_BYTES = 1024 * 1024;
/** A first or last line is not longer. */
export const LINE_BYTES = 4096;

export function read(format: ReportFormat): Detection {
  return { kind: "read", format };
}

export function foreign(reason: string): Detection {
  return { kind: "foreign", reason };
}

export function unread(name: string): Detection {
  return { kind: "unread", name };
}
