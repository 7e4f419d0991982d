import type { FrameName, Tier } from "./diagrams-boxes.js";
import type { Diagram } from "./diagrams-graph.js";

const COLOURS: Readonly<Record<Tier, string>> = {
  balancer: "#dbeafe",
  machines: "#dcfce7",
  pods: "#dcfce7",
  data: "#fef3c7",
  support: "#f3f4f6",
};
const FONT = `fontname="Helvetica,Arial,sans-serif"`;

/** The diagram in Graphviz' language. */
export function dot({ boxes, frames, edges }: Diagram): string {
  const within = (path: readonly FrameName[]) =>
    boxes.filter((box) => box.frames.join() === path.join()).map((box) => node(box));
  const cluster = frames.cluster === undefined ? [] : frame("cluster", frames.cluster, within(["network", "cluster"]));
  const network =
    frames.network === undefined ? cluster : frame("network", frames.network, [...within(["network"]), ...cluster]);
  // An arrow from a frame starts at one of its boxes and is cut off at the frame.
  const pods = boxes.filter((box) => box.frames.includes("cluster") && box.tier === "pods");
  const inside = (pods.find(({ id }) => id === "web") ?? pods[0])?.id;
  const arrows = edges.map(([from, to]) =>
    from === "cluster" ? `"${inside}" -> "${to}" [ltail=cluster_cluster]` : `"${from}" -> "${to}"`,
  );
  return [
    "digraph {",
    `graph [rankdir=LR, compound=true, bgcolor=white, pad=0.2, nodesep=0.2, ranksep=0.7, ${FONT}, fontsize=12]`,
    `node [shape=box, style="rounded,filled", color="#6b7280", ${FONT}, fontsize=11, margin="0.3,0.1"]`,
    `edge [color="#4b5563", arrowsize=0.7]`,
    `"people" [label=${label(["People and CI"])}, shape=oval, fillcolor=white]`,
    ...network,
    ...within([]),
    ...arrows,
    "}",
    "",
  ].join("\n");
}

function frame(name: FrameName, text: string, content: readonly string[]): readonly string[] {
  const style = `label=${JSON.stringify(text)}; style="rounded,dashed"; color="#9ca3af"; margin=14`;
  return [`subgraph cluster_${name} {`, style, ...content, "}"];
}

function node({ id, tier, label: lines }: Diagram["boxes"][number]): string {
  return `"${id}" [label=${label(lines)}, fillcolor="${COLOURS[tier]}"]`;
}

function label(lines: readonly string[]): string {
  return JSON.stringify(lines.join("\n"));
}
