import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dot } from "./diagrams-dot.js";
import { diagram, type Stack } from "./diagrams-graph.js";

interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly synthesizedStackPath: string; readonly dependencies: readonly string[] }>
  >;
}

/** Graphviz' language of each picture, by its name. */
export function readDiagrams(folder: string): ReadonlyMap<string, string> {
  const { stacks } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  const read = (name: string) =>
    JSON.parse(readFileSync(join(folder, stacks[name].synthesizedStackPath), "utf8")) as Stack;
  const below = new Set(Object.values(stacks).flatMap(({ dependencies }) => dependencies));
  const above = Object.keys(stacks).filter((name) => !below.has(name));
  return new Map(
    above.map((name) => {
      const together = [...stacks[name].dependencies, name];
      return [commonName(together), dot(diagram(together.map(read)))];
    }),
  );
}

/** `kubernetes-aws` of `kubernetes-aws-platform` and `kubernetes-aws-workload`. */
function commonName(names: readonly string[]): string {
  const [first, ...others] = names.map((name) => name.split("-"));
  if (others.length === 0) return first.join("-");
  return first.filter((word, i) => others.every((other) => other[i] === word)).join("-");
}

/** Says what a part is, before how large it is. */
const STYLE = "<style>.node text:first-of-type { font-weight: bold }</style>";

/** Draws Graphviz' language as SVG. */
export async function svg(text: string): Promise<string> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  return graphviz.dot(text).replace(/<g id="graph0"/, `${STYLE}\n$&`);
}
