import type { Configuration } from "./synthesised-stacks.js";

/** A provider of a stack, with the types that are used of it. */
export interface UsedProvider {
  /** "registry.terraform.io/hashicorp/aws" */
  readonly source: string;
  readonly resources: readonly string[];
  readonly dataSources: readonly string[];
}

/** Terraform brings these itself. */
const BUILT_IN = "terraform";

export function usedProviders({
  terraform,
  provider = {},
  resource = {},
  data = {},
  ephemeral = {},
}: Configuration): readonly UsedProvider[] {
  const sources = terraform?.required_providers ?? {};
  const resources = byProvider(resource);
  const dataSources = byProvider(data);
  const names = new Set([
    ...Object.keys(sources),
    ...Object.keys(provider as object),
    ...resources.keys(),
    ...dataSources.keys(),
    ...byProvider(ephemeral).keys(),
  ]);
  names.delete(BUILT_IN);
  return [...names].map((name) => ({
    source: fullSource(sources[name]?.source ?? name),
    resources: resources.get(name) ?? [],
    dataSources: dataSources.get(name) ?? [],
  }));
}

type Types = NonNullable<Configuration["resource"]>;

/** Types by the local name of their provider, which each resource may choose. */
function byProvider(types: Types): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [type, named] of Object.entries(types)) {
    const chosen = Object.values(named).map(({ provider }) => (typeof provider === "string" ? provider : type));
    for (const name of new Set(chosen.map((text) => text.split(text === type ? "_" : ".")[0]))) {
      found.set(name, [...(found.get(name) ?? []), type]);
    }
  }
  return found;
}

function fullSource(source: string): string {
  const parts = source.split("/");
  if (parts.length === 1) return `registry.terraform.io/hashicorp/${source}`;
  return parts.length === 2 ? `registry.terraform.io/${source}` : source;
}
