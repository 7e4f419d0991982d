import { type Block, isOnlyComputed, type NestedBlock } from "./schema.js";
import { equal, isList, isObject, type ObjectValue, UNKNOWN, type Value } from "./value.js";

export interface Change {
  /** What is there; null on creation. */
  readonly prior: Value;
  /** What Terraform makes of prior state and configuration; null on removal. */
  readonly proposed: Value;
}

/** Names, and positions in lists. */
export type Path = readonly (string | number)[];

export interface Plan {
  readonly planned: Value;
  /** Paths of what differs and cannot be changed in place. */
  readonly replace: readonly Path[];
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
    ? forcing.map((path) => pathIn(block, path.split("."))).filter((path) => !equal(at(path, prior), at(path, planned)))
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

/** Steps into the first of a list of blocks. What lies in a set has no position: there the set itself is meant. */
function pathIn({ blocks }: Block, [step, ...rest]: readonly string[]): Path {
  const nested = blocks[step];
  if (nested === undefined || rest.length === 0 || nested.nesting === "set" || nested.nesting === "map") return [step];
  return [step, ...(nested.nesting === "list" ? [0] : []), ...pathIn(nested.block, rest)];
}

function at(path: Path, value: Value): Value {
  let here: Value = value;
  for (const step of path) {
    if (here === UNKNOWN) return UNKNOWN;
    if (typeof step === "number") here = isList(here) ? (here[step] ?? null) : null;
    else here = isObject(here) ? (here[step] ?? null) : null;
  }
  return here;
}
