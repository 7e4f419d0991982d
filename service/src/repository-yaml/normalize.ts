import { isTree, type Path, type Tree } from "./yaml-text.js";

/** Keys that may be written in an older place, and the place that they are read from. */
const MOVED: readonly { readonly from: Path; readonly to: Path }[] = [
  { from: ["coverage", "flags"], to: ["flags"] },
  { from: ["coverage", "parsers"], to: ["parsers"] },
  { from: ["coverage", "ignore"], to: ["ignore"] },
  { from: ["coverage", "fixes"], to: ["fixes"] },
  { from: ["codecov", "notify", "require_ci_to_pass"], to: ["codecov", "require_ci_to_pass"] },
];

const STATUSES = ["project", "patch", "changes"];

export interface Normalized {
  readonly tree: Tree;
  /** Where a key was written that is read from `path`. */
  origin(path: Path): Path;
}

/** The same yaml with every key in its place, without keys that say nothing. */
export function normalize(written: Tree): Normalized {
  let tree = withoutNulls(withNamedStatuses(written));
  const moved = MOVED.filter(({ from }) => valueAt(tree, from) !== undefined);
  for (const { from, to } of moved) tree = withValue(withValue(tree, from, undefined), to, valueAt(tree, from));
  return {
    tree,
    origin(path) {
      const move = moved.find(({ to }) => to.every((key, index) => path[index] === key));
      return move ? [...move.from, ...path.slice(move.to.length)] : path;
    },
  };
}

export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    return (isTree(value) || Array.isArray(value)) && Object.hasOwn(value, key) ? (value as Tree)[key] : undefined;
  }, tree);
}

/** `undefined` takes the key away. */
function withValue(tree: Tree, [key, ...below]: Path, value: unknown): Tree {
  const above = tree[key];
  const replaced = below.length === 0 ? value : withValue(isTree(above) ? above : {}, below, value);
  const entries = Object.entries(tree).filter(([other]) => other !== key);
  return Object.fromEntries(replaced === undefined ? entries : [...entries, [key, replaced]]);
}

/** `project: {default: }` is a status with nothing but defaults. */
function withNamedStatuses(tree: Tree): Tree {
  return STATUSES.reduce((result, kind) => {
    const path = ["coverage", "status", kind];
    const named = valueAt(result, path);
    if (!isTree(named) || !Object.values(named).includes(null)) return result;
    const entries = Object.entries(named).map(([name, status]) => [name, status ?? true]);
    return withValue(result, path, Object.fromEntries(entries));
  }, tree);
}

/** `coverage:` with nothing after it says nothing. */
function withoutNulls(tree: Tree): Tree {
  const entries = Object.entries(tree).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutNullsWithin(value)]));
}

function withoutNullsWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsWithin);
  return isTree(value) ? withoutNulls(value) : value;
}
