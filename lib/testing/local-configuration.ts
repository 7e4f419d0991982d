import { RehearsalError } from "./rehearsal-error.js";
import type { Configuration, SynthesisedStack } from "./synthesised-stacks.js";

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The configuration of a stack as it is rehearsed: state in files here, no programs run, nothing fetched. */
export function localConfiguration(
  stack: SynthesisedStack,
  all: readonly SynthesisedStack[],
  stateOf: (stack: string) => string,
): Configuration {
  const { configuration } = stack;
  refuseRemoteModules(stack);
  const { cloud: _, ...terraform } = (configuration.terraform ?? {}) as Record<string, unknown>;
  const { terraform_remote_state: states = {}, ...data } = configuration.data ?? {};
  const local = mapNamed(states, (reading, name) => {
    const producer = all.find((other) => keepsStateIn(other, reading));
    if (producer === undefined) {
      throw new RehearsalError(
        `${stack.name} reads the state of a stack that is not rehearsed (data.terraform_remote_state.${name}); rehearse both`,
      );
    }
    return { ...reading, backend: "local", config: { path: stateOf(producer.name) }, workspace: undefined };
  });
  return withoutEmptyBlocks({
    ...configuration,
    terraform: { ...terraform, backend: { local: { path: stateOf(stack.name) } } },
    resource: mapRecord(configuration.resource ?? {}, (named) => mapNamed(named, withoutProvisioners)),
    data: { ...data, terraform_remote_state: local },
  });
}

/** Terraform does not take a block of no resources. */
function withoutEmptyBlocks({ resource = {}, data = {}, ...rest }: Configuration): Configuration {
  const filled = (types: Readonly<Record<string, Blocks>>) =>
    Object.fromEntries(Object.entries(types).filter(([, named]) => Object.keys(named).length > 0));
  const blocks = { resource: filled(resource), data: filled(data) };
  return { ...rest, ...filled(blocks) };
}

/** Lifts what keeps Terraform from destroying. */
export function unprotected(configuration: Configuration): Configuration {
  const lift = (resource: Readonly<Record<string, unknown>>) => {
    const { prevent_destroy: _, ...lifecycle } = (resource.lifecycle ?? {}) as Record<string, unknown>;
    return { ...resource, lifecycle };
  };
  const { resource } = configuration;
  return resource
    ? { ...configuration, resource: mapRecord(resource, (named) => mapNamed(named, lift)) }
    : configuration;
}

function withoutProvisioners(resource: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { provisioner: _, connection: __, ...rest } = resource;
  return rest;
}

/** Whether what is read is where the other stack keeps its state: same kind of backend, and no setting that differs. */
function keepsStateIn({ configuration }: SynthesisedStack, reading: Readonly<Record<string, unknown>>): boolean {
  const [[kind, kept] = ["", {}]] = Object.entries(configuration.terraform?.backend ?? {});
  if (kind !== reading.backend) return false;
  const place = Object.entries((reading.config ?? {}) as Record<string, unknown>);
  return place.every(([name, value]) => !(name in kept) || JSON.stringify(kept[name]) === JSON.stringify(value));
}

function refuseRemoteModules({ name, configuration }: SynthesisedStack): void {
  for (const [module, { source }] of Object.entries(configuration.module ?? {})) {
    if (/^\.{0,2}\//.test(String(source))) continue;
    throw new RehearsalError(
      `${name} uses the module ${module} from ${String(source)}, and a rehearsal fetches nothing`,
    );
  }
}

function mapRecord<T, R>(record: Readonly<Record<string, T>>, map: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

const mapNamed: (blocks: Blocks, map: (block: Blocks[string], name: string) => Blocks[string]) => Blocks = mapRecord;
