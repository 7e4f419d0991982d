import { type Box, boxOf, type FrameName, frameLabel, type Part, TIERS } from "./diagrams-boxes.js";

/** Terraform's JSON of one stack, as far as a picture needs it. */
export interface Stack {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly ephemeral?: Blocks;
  readonly locals?: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, unknown>>;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Config>>>>;
export type Config = Readonly<Record<string, unknown>>;

/** A block that has an address, in whichever stack. */
interface Element {
  /** Type of a resource; none of a local, an output or an ephemeral value. */
  readonly type?: string;
  /** Of the construct, without the stack's name. */
  readonly path: readonly string[];
  readonly config: unknown;
}

export interface Diagram {
  readonly boxes: readonly (Box & { readonly id: string; readonly frames: readonly FrameName[] })[];
  /** Labels of the frames that are there. */
  readonly frames: Readonly<Partial<Record<FrameName, string>>>;
  /** From whoever opens connections. A frame's name stands for all boxes in it. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** What people see of stacks that belong together: a box for each part, an arrow for each pair that has to do with another. */
export function diagram(stacks: readonly Stack[]): Diagram {
  const elements = new Map(stacks.flatMap(elementsOf));
  const parts = new Map<string, Part>();
  for (const { type, path, config } of elements.values()) {
    const id = partId(path, type);
    if (type === undefined || id === undefined) continue;
    const part = parts.get(id) ?? [];
    parts.set(id, [...part, { type, config: config as Config }]);
  }
  const drawn = [...parts].flatMap(([id, part]) => {
    const box = boxOf(id, part);
    return box ? [{ id, ...box }] : [];
  });
  const related = relations(elements, new Set(drawn.map(({ id }) => id)));
  const frames = {
    network: frameLabel("network", parts.get("network")),
    cluster: frameLabel("cluster", parts.get("cluster")),
  };
  const boxes = drawn.map((box) => ({ ...box, frames: framesOf(box, related, frames.cluster !== undefined) }));
  return {
    boxes: boxes.sort((a, b) => TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier) || a.id.localeCompare(b.id)),
    frames: Object.fromEntries(Object.entries(frames).filter(([, label]) => label !== undefined)),
    edges: joined(boxes, edges(boxes, related)),
  };
}

function elementsOf({
  resource = {},
  data = {},
  ephemeral = {},
  locals = {},
  output = {},
}: Stack): [string, Element][] {
  const blocks = (kind: Blocks, prefix: string) =>
    Object.entries(kind).flatMap(([type, named]) =>
      Object.entries(named).map(([name, config]): [string, Element] => {
        const { path = "" } = (config["//"] as { metadata?: { path?: string } } | undefined)?.metadata ?? {};
        const place = path.split("/").slice(1);
        return [`${prefix}${type}.${name}`, { path: place, config, ...(prefix === "" && { type }) }];
      }),
    );
  const values = (kind: Readonly<Record<string, unknown>>, prefix: string) =>
    Object.entries(kind).map(([name, config]): [string, Element] => [`${prefix}${name}`, { path: [], config }]);
  return [
    ...blocks(resource, ""),
    ...blocks(data, "data."),
    ...blocks(ephemeral, "ephemeral."),
    ...values(locals, "local."),
    ...values(output, "outputs."),
  ];
}

/** The same part of the deployment has several places in the tree: a role's pods, their identity and their nodes. */
const SAME: Readonly<Record<string, string>> = { image: "registry", exposure: "load-balancer" };

function partId([strategy, first = "", second = ""]: readonly string[], type?: string): string | undefined {
  if (strategy !== "coverage") return undefined;
  if (first === "workload" && second === "exposure") return type === "kubernetes_ingress_v1" ? "load-balancer" : "web";
  if (first === "workload") return second;
  if (first === "cluster" && ["web", "worker", "system"].includes(second)) return second;
  return SAME[first] ?? first.replace(/-pods$/, "");
}

/** What everything refers to: following on from there would relate everything to everything. */
const COMMON = ["network", "cluster", "namespace"];

/** By part, the parts that it refers to, directly or by way of what is not drawn. */
function relations(
  elements: ReadonlyMap<string, Element>,
  drawn: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const partAt = (address: string): string | undefined => {
    const element = elements.get(address);
    return element && partId(element.path, element.type);
  };
  const reach = (address: string, into: Set<string>, seen: Set<string>): void => {
    for (const next of references(elements.get(address)?.config, elements)) {
      if (seen.has(next)) continue;
      seen.add(next);
      const part = partAt(next);
      if (part !== undefined) into.add(part);
      const path = elements.get(next)?.path ?? [];
      const ends = part === undefined ? path.length > 0 : drawn.has(part) || COMMON.includes(part);
      if (!ends) reach(next, into, seen);
    }
  };
  for (const address of elements.keys()) {
    const part = partAt(address);
    if (part === undefined) continue;
    const into = found.get(part) ?? new Set<string>();
    found.set(part, into);
    reach(address, into, new Set());
  }
  return found;
}

/** Addresses in the text of a block. What it only waits for is no relation. */
function references(config: unknown, elements: ReadonlyMap<string, Element>): readonly string[] {
  const text = JSON.stringify(config, (key, value) => (key === "depends_on" || key === "//" ? undefined : value)) ?? "";
  const words = text.match(/(?:(?:data|ephemeral)\.)?[A-Za-z][\w-]*\.[\w-]+/g) ?? [];
  return [...new Set(words)].filter((word) => elements.has(word));
}

type Related = ReadonlyMap<string, ReadonlySet<string>>;

function areRelated(related: Related, a: string, b: string): boolean {
  return (related.get(a)?.has(b) ?? false) || (related.get(b)?.has(a) ?? false);
}

function framesOf(
  { id, tier, inCluster }: Box & { readonly id: string },
  related: Related,
  clustered: boolean,
): FrameName[] {
  if (clustered && (inCluster || tier === "pods")) return ["network", "cluster"];
  return areRelated(related, id, "network") ? ["network"] : [];
}

function edges(boxes: readonly (Box & { readonly id: string })[], related: Related): [string, string][] {
  const pairs = boxes.flatMap((a) =>
    boxes
      .filter((b) => TIERS.indexOf(a.tier) < TIERS.indexOf(b.tier) && areRelated(related, a.id, b.id))
      .map((b): [string, string] => [a.id, b.id]),
  );
  const first = boxes.filter(({ tier }) => tier === "balancer");
  const entries = first.length > 0 ? first : boxes.filter(({ tier }) => tier === "machines");
  return [...entries.map(({ id }): [string, string] => ["people", id]), ...pairs];
}

/** What every pod of the service calls is one arrow from their cluster. */
function joined(boxes: Diagram["boxes"], edges: readonly [string, string][]): readonly [string, string][] {
  const pods = new Set(boxes.filter(({ frames }) => frames.includes("cluster")).map(({ id }) => id));
  const outward = edges.filter(([from, to]) => pods.has(from) && !pods.has(to));
  const shared = new Set(
    outward.map(([, to]) => to).filter((to) => outward.filter(([, other]) => other === to).length > 1),
  );
  return [
    ...edges.filter(([from, to]) => !(pods.has(from) && shared.has(to))),
    ...[...shared].map((to): [string, string] => ["cluster", to]),
  ];
}
