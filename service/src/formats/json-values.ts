import { CorruptReportError } from "./parser.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A value that was taken out of a report. @throws CorruptReportError */
export function parseJson(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw new CorruptReportError(`the JSON of ${what} is not well-formed: ${(error as Error).message}`);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of an object that are objects, or of an array; nothing of anything else. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return typeof value === "object" && value !== null ? Object.values(value).filter(isObject) : [];
}

/** A number, also one that is written as a text; NaN for anything else. */
export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN;
}

/** A member's member: `memberOf(statement, "start", "line")`. */
export function memberOf(value: unknown, ...keys: readonly string[]): unknown {
  let member = value;
  for (const key of keys) {
    if (!isObject(member) || !Object.hasOwn(member, key)) return undefined;
    member = member[key];
  }
  return member;
}
