import { AnnotationMetadataEntryType, TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";

type Block = Readonly<Record<string, Readonly<Record<string, Resource>>>>;
type Resource = Readonly<Record<string, unknown>>;

/** A synthesised stack, parsed. */
export interface Synthesised {
  readonly json: string;
  readonly resource: Block;
  readonly data: Block;
  readonly ephemeral: Block;
  readonly output: Readonly<Record<string, { readonly value: string }>>;
  readonly terraform: Resource;
  readonly provider: Readonly<Record<string, readonly Resource[]>>;
  readonly warnings: readonly string[];
}

export function synth(build: (stack: TerraformStack) => void): Synthesised {
  const stack = new TerraformStack(Testing.app(), "single-vm-aws");
  build(stack);
  return synthesised(stack);
}

/** A stack that is built already, as it is synthesised. */
export function synthesised(stack: TerraformStack): Synthesised {
  const json = Testing.synth(stack, true);
  return { resource: {}, data: {}, ephemeral: {}, output: {}, ...JSON.parse(json), json, warnings: warnings(stack) };
}

/** The resources of a type. */
export function all(stack: Synthesised, type: string): readonly Resource[] {
  return Object.values(stack.resource[type] ?? {});
}

/** The one resource of a type. */
export function only(stack: Synthesised, type: string): Resource {
  const found = all(stack, type);
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}, one was expected`);
  return found[0];
}

/** Every address that Terraform keeps state under, sorted. */
export function addresses(stack: Synthesised): readonly string[] {
  return Object.entries(stack.resource)
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`))
    .sort();
}

function warnings(construct: Construct): string[] {
  return construct.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ data }) => String(data));
}
