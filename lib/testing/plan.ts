import { type Block, isOnlyComputed, type NestedBlock } from "./schema.js";
import { equal, isList, isObject, type ObjectValue, UNKNOWN, type Value } from "./value.js";

export interface Change {
  /** What is there; null on creation. */
  readonly prior: Value;
  /** What Terraform makes of prior state and configuration; null on removal. */
  readonly proposed: Value;
}

export interface Plan {
  readonly planned: Value;
  /** Paths of what differs and cannot be changed in place. */
  readonly replace: readonly (readonly string[])[];
}

/**
 * Plans as the providers do: what only the provider knows is unknown on creation and stays on update.
 *
 * @param forcing dotted paths of what cannot be changed in place
 */
export function plan(block: Block, { prior, proposed }: Change, forcing: readonly string[] = []): Plan {
  if (!isObject(proposed)) return { planned: null, replace: [] };
  const planned = settle(block, proposed, isObject(prior) ? prior : undefined);
  const replace = isObject(prior)
    ? forcing.map((path) => path.split(".")).filter((path) => differs(path, prior, planned))
    : [];
  return { planned, replace };
}

function settle(block: Block, proposed: ObjectValue, prior: ObjectValue | undefined): ObjectValue {
  const settled: Record<string, Value> = { ...proposed };
  for (const [name, { writeOnly, computed }] of Object.entries(block.attributes)) {
    if (writeOnly) settled[name] = null;
    else if (computed && prior === undefined && proposed[name] === null) settled[name] = UNKNOWN;
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    settled[name] = settleBlocks(nested, proposed[name] ?? null, prior?.[name]);
  }
  return settled;
}

function settleBlocks(nested: NestedBlock, proposed: Value, prior: Value | undefined): Value {
  const { block, nesting } = nested;
  if (nesting === "list" || nesting === "set") {
    if (!isList(proposed)) return proposed;
    if (proposed.length === 0 && isFilledByProvider(nested))
      return prior ?? [settle(block, emptyBlock(block), undefined)];
    const before = isList(prior) ? prior : [];
    return proposed.map((element, index) => {
      if (!isObject(element)) return element;
      const same = nesting === "list" ? before[index] : before.find((other) => equal(other, element));
      return settle(block, element, isObject(same) ? same : undefined);
    });
  }
  if (!isObject(proposed)) return proposed;
  if (nesting === "single") return settle(block, proposed, isObject(prior) ? prior : undefined);
  return mapValues(proposed, (element, key) => {
    const same = isObject(prior) ? prior[key] : undefined;
    return isObject(element) ? settle(block, element, isObject(same) ? same : undefined) : element;
  });
}

/** A block that may stand once and that the provider fills where the configuration leaves it out. */
function isFilledByProvider({ maxItems, minItems, block }: NestedBlock): boolean {
  return maxItems === 1 && minItems === 0 && Object.values(block.attributes).some(isOnlyComputed);
}

/** A block in which nothing is configured. */
export function emptyBlock({ attributes, blocks }: Block): ObjectValue {
  return {
    ...mapValues(attributes, () => null),
    ...mapValues(blocks, ({ nesting }) => (nesting === "single" ? null : nesting === "map" ? {} : [])),
  };
}

export function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

function differs(path: readonly string[], prior: Value, planned: Value): boolean {
  return !equal(at(path, prior), at(path, planned));
}

/** The value at a path; steps into the first of a list of blocks. */
function at(path: readonly string[], value: Value): Value {
  let here: Value = value;
  for (const step of path) {
    if (isList(here)) here = here[0] ?? null;
    if (here === UNKNOWN) return UNKNOWN;
    here = isObject(here) ? (here[step] ?? null) : null;
  }
  return here;
}
