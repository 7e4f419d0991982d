import { mapValues } from "./plan.js";
import type { Block, Type } from "./schema.js";
import { isList, isObject, type ObjectValue, UNKNOWN, type Value } from "./value.js";

/** Makes up the value at a path, such as "master_auth.client_key". */
export type MakeUp = (path: string, type: Type) => Value;

/** What is there once a plan has been applied: every unknown has a value, and what is write-only is gone. */
export function applied(block: Block, planned: ObjectValue, makeUp: MakeUp, path = ""): ObjectValue {
  const attributes = mapValues(block.attributes, ({ type, writeOnly, optional }, name) => {
    const value = writeOnly ? null : (planned[name] ?? null);
    // Objects that could have been configured and were not, such as a security group's rules: the cloud makes none.
    if (value === UNKNOWN && optional && holdsObjects(type)) return [];
    return filled(type, value, makeUp, `${path}${name}`);
  });
  const blocks = mapValues(block.blocks, ({ block: inner }, name) => {
    const inside = (value: Value): Value =>
      isObject(value) ? applied(inner, value, makeUp, `${path}${name}.`) : value;
    const value = planned[name] ?? null;
    if (value === UNKNOWN) return [];
    if (isList(value)) return value.map(inside);
    return block.blocks[name].nesting === "map" && isObject(value) ? mapValues(value, inside) : inside(value);
  });
  return { ...attributes, ...blocks };
}

function holdsObjects(type: Type): boolean {
  return typeof type !== "string" && (type[0] === "list" || type[0] === "set") && typeof type[1] !== "string";
}

function filled(type: Type, value: Value, makeUp: MakeUp, path: string): Value {
  if (value === UNKNOWN) return makeUp(path, type);
  if (typeof type === "string" || value === null) return value;
  const [kind, inner] = type;
  if (kind === "object") {
    return isObject(value)
      ? mapValues(inner, (field, name) => filled(field, value[name] ?? null, makeUp, `${path}.${name}`))
      : value;
  }
  if (isList(value)) return value.map((element) => filled(inner, element, makeUp, path));
  return isObject(value) ? mapValues(value, (element) => filled(inner, element, makeUp, path)) : value;
}
