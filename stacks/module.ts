import type { TerraformStack } from "cdktf";
import type { Cloud, Cluster, Network } from "../lib/index.js";
import { SettingsError } from "./settings.js";
import type { Fields, ReadFields, Shape } from "./shape.js";

/** A cloud that a stack is connected to. */
export interface Connection {
  readonly cloud: Cloud;
  /** One that is there already. */
  network(): Network | undefined;
  /** One that is there already. */
  cluster(): Cluster | undefined;
}

/** What a strategy put on machines or nodes, for the summary. */
export interface BuiltMachine {
  readonly size: string;
  readonly type: string;
}

/** A stack that a strategy asked for, before it has anything in it. */
export interface ConnectedStack extends Connection {
  readonly stack: TerraformStack;
}

/** Where a strategy's stacks come from. */
export interface Site {
  /** A stack named after the settings file, with the suffix where a strategy has several; or by another name. */
  stack(suffix?: string, name?: string): ConnectedStack;
}

/** What a strategy made of one stack. */
export interface FilledStack {
  readonly stack: TerraformStack;
  readonly machines: readonly BuiltMachine[];
}

/** A cloud's own settings, and how they become a connection. */
export interface CloudModule {
  readonly fields: Fields;
  /** Settings of a cluster that is there already. */
  readonly clusterShape: Shape<unknown>;
  connect(stack: TerraformStack, settings: unknown, suffix?: string): Connection;
}

/** A strategy's own settings, and how they become constructs. */
export interface StrategyModule {
  readonly fields: Fields;
  /** Whether it runs on a cluster, which can be there already. @default false */
  readonly onCluster?: true;
  build(site: Site, settings: unknown): readonly FilledStack[];
}

/** Ties the type of `settings` to `fields`; whoever calls `connect` has read the settings by those very fields. */
export function cloudModule<F extends Fields, C>(
  fields: F,
  clusterShape: Shape<C>,
  connect: (stack: TerraformStack, settings: ReadFields<F> & { readonly cluster?: C }, suffix?: string) => Connection,
): CloudModule {
  return {
    fields,
    clusterShape,
    connect: (stack, settings, suffix) => connect(stack, settings as ReadFields<F>, suffix),
  };
}

/** A network that is looked up once, for whoever asks first, and a cluster whose nodes are in it. */
export function broughtAlong<N extends Network, C>(
  findNetwork: () => N | undefined,
  cluster: C | undefined,
  findCluster: (cluster: C, network: N) => Cluster,
): Pick<Connection, "network" | "cluster"> {
  let found: N | undefined;
  const network = () => {
    found ??= findNetwork();
    return found;
  };
  return {
    network,
    cluster() {
      const itsNetwork = network();
      if (cluster === undefined) return undefined;
      if (!itsNetwork) throw new SettingsError("'cluster' needs 'network': the one that its nodes are in");
      return findCluster(cluster, itsNetwork);
    },
  };
}

export function strategyModule<F extends Fields>(
  fields: F,
  build: (site: Site, settings: ReadFields<F>) => readonly FilledStack[],
  onCluster?: { readonly onCluster: true },
): StrategyModule {
  return { fields, ...onCluster, build: (site, settings) => build(site, settings as ReadFields<F>) };
}

/** A name of Terraform's state that was given, one for each stack where a strategy has several. */
export function stateOf(stack: TerraformStack, given: string | undefined, suffix: string | undefined): string {
  if (given === undefined) return stack.node.id;
  return suffix === undefined ? given : `${given}-${suffix}`;
}
