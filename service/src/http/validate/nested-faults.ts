import type { Fault } from "../../repository-yaml/yaml-text.js";

type Nested = { [key: string]: (string | Nested)[] };

/** Messages below their keys: `{coverage: [{precision: ["…"]}]}`, the form that existing clients read. */
export function nestedFaults(faults: readonly Fault[]): Nested {
  const keys = faults.filter(({ path }) => path.length > 0).map(({ path: [key] }) => key);
  const entries = [...new Set(keys)].map((key) => {
    const here = faults.filter(({ path }) => path[0] === key).map((fault) => ({ ...fault, path: fault.path.slice(1) }));
    const messages = here.filter(({ path }) => path.length === 0).map(({ message }) => message);
    const below = nestedFaults(here);
    return [key, Object.keys(below).length > 0 ? [...messages, below] : messages];
  });
  return Object.fromEntries(entries);
}
