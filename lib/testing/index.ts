export type { Operation, PlannedChange } from "./changes.js";
export { type DestroyOptions, Rehearsal, type RehearsalOptions } from "./rehearsal.js";
export { type Diagnostic, RehearsalError } from "./rehearsal-error.js";
