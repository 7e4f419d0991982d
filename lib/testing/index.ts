export {
  type DestroyOptions,
  type Operation,
  type PlannedChange,
  Rehearsal,
  type RehearsalOptions,
} from "./rehearsal.js";
export { type Diagnostic, RehearsalError } from "./rehearsal-error.js";
