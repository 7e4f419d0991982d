import type { TerraformStack } from "cdktf";
import type { Cloud, Machine, Network } from "../lib/index.js";
import type { Fields, ReadFields } from "./shape.js";

/** A cloud that a stack is connected to. */
export interface Connection {
  readonly cloud: Cloud;
  /** One that is there already. */
  readonly network: Network | undefined;
}

/** What a strategy put on machines, for the summary. */
export interface BuiltMachine {
  readonly size: string;
  readonly machine: Machine;
}

/** A cloud's own settings, and how they become a connection. */
export interface CloudModule {
  readonly fields: Fields;
  connect(stack: TerraformStack, settings: unknown): Connection;
}

/** A strategy's own settings, and how they become constructs. */
export interface StrategyModule {
  readonly fields: Fields;
  build(stack: TerraformStack, connection: Connection, settings: unknown): readonly BuiltMachine[];
}

/** Ties the type of `settings` to `fields`; whoever calls `connect` has read the settings by those very fields. */
export function cloudModule<F extends Fields>(
  fields: F,
  connect: (stack: TerraformStack, settings: ReadFields<F>) => Connection,
): CloudModule {
  return { fields, connect: (stack, settings) => connect(stack, settings as ReadFields<F>) };
}

export function strategyModule<F extends Fields>(
  fields: F,
  build: (stack: TerraformStack, connection: Connection, settings: ReadFields<F>) => readonly BuiltMachine[],
): StrategyModule {
  return { fields, build: (stack, connection, settings) => build(stack, connection, settings as ReadFields<F>) };
}
