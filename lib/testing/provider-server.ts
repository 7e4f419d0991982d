import type * as Grpc from "@grpc/grpc-js";
import { ephemeralSchema } from "./ephemeral-schemas.js";
import type { OptionalPackages } from "./optional-packages.js";
import type { Path } from "./plan.js";
import { pluginProtocol, SERVICE } from "./plugin-protocol.js";
import type { Block, NestedBlock } from "./schema.js";
import type { SimulatedProvider } from "./simulated-provider.js";
import { type DynamicValue, Wire } from "./wire.js";

/** The types that Terraform is told of. */
export interface ServedTypes {
  readonly resources: ReadonlySet<string>;
  readonly dataSources: ReadonlySet<string>;
}

interface Request {
  readonly type_name: string;
  readonly config: DynamicValue;
  readonly prior_state: DynamicValue;
  readonly planned_state: DynamicValue;
  readonly proposed_new_state: DynamicValue;
  readonly current_state: DynamicValue;
  readonly private: Uint8Array;
  readonly raw_state: DynamicValue;
}

type Handler = (request: Request) => object | Promise<object>;

/** Serves a simulated provider to Terraform on the loopback interface, in this process. */
export class ProviderServer {
  private constructor(
    private readonly server: Grpc.Server,
    readonly port: number,
  ) {}

  static async start(
    packages: OptionalPackages,
    provider: SimulatedProvider,
    types: ServedTypes,
  ): Promise<ProviderServer> {
    const { grpc, protoLoader, msgpack } = packages;
    const definition = protoLoader.fromJSON(pluginProtocol(), { keepCase: true, longs: Number, defaults: true });
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    const handlers = providerCalls(provider, types, new Wire(msgpack));
    server.addService(
      definition[SERVICE] as Grpc.ServiceDefinition,
      Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, unary(handler)])),
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return new ProviderServer(server, port);
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

function unary(handler: Handler): Grpc.handleUnaryCall<Request, object> {
  return ({ request }, answer) => {
    Promise.resolve()
      .then(() => handler(request))
      .then(
        (response) => answer(null, response),
        (error: Error) => answer({ code: 13, details: error.stack ?? error.message }),
      );
  };
}

function providerCalls(provider: SimulatedProvider, types: ServedTypes, wire: Wire): Record<string, Handler> {
  const schemas = (names: Iterable<string>, schema: (type: string) => Block) =>
    Object.fromEntries([...names].map((type) => [type, schemaMessage(schema(type))]));
  const named = (names: Iterable<string>) => [...names].map((type_name) => ({ type_name }));
  return {
    GetMetadata: () => ({
      resources: named(types.resources),
      data_sources: named(types.dataSources),
      ephemeral_resources: named(provider.ephemeralTypes()),
    }),
    GetSchema: () => ({
      provider: schemaMessage(provider.schema),
      resource_schemas: schemas(types.resources, (type) => provider.resource(type)),
      data_source_schemas: schemas(types.dataSources, (type) => provider.dataSource(type)),
      ephemeral_resource_schemas: schemas(provider.ephemeralTypes(), (type) => ephemeralSchema(type)!),
    }),
    GetResourceIdentitySchemas: () => ({}),
    GetFunctions: () => ({}),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    ValidateResourceTypeConfig: () => ({}),
    ValidateDataSourceConfig: () => ({}),
    ValidateEphemeralResourceConfig: () => ({}),
    Configure: ({ config }) => {
      provider.configure(wire.decode(config));
      return {};
    },
    UpgradeResourceState: ({ raw_state }) => ({ upgraded_state: raw_state }),
    ReadResource: ({ current_state, private: kept }) => ({ new_state: current_state, private: kept }),
    PlanResourceChange: ({ type_name, prior_state, proposed_new_state }) => {
      const { planned, replace } = provider.plan(type_name, wire.decode(prior_state), wire.decode(proposed_new_state));
      return {
        planned_state: wire.encode(planned),
        requires_replace: replace.map((path) => ({ steps: steps(path) })),
        legacy_type_system: true,
      };
    },
    ApplyResourceChange: async ({ type_name, prior_state, planned_state, config }) => {
      const [prior, planned, configured] = [prior_state, planned_state, config].map((value) => wire.decode(value));
      const { state, error } = await provider.apply(type_name, prior, planned, configured);
      return {
        new_state: wire.encode(state),
        diagnostics: error ? [{ severity: 1, summary: error }] : [],
        legacy_type_system: true,
      };
    },
    ReadDataSource: ({ type_name, config }) => ({ state: wire.encode(provider.read(type_name, wire.decode(config))) }),
    OpenEphemeralResource: ({ type_name, config }) => ({
      result: wire.encode(provider.open(type_name, wire.decode(config))),
    }),
    RenewEphemeralResource: () => ({}),
    CloseEphemeralResource: () => ({}),
    ImportResourceState: () => ({
      diagnostics: [{ severity: 1, summary: "a simulated cloud holds nothing that could be imported" }],
    }),
    Stop: () => ({}),
  };
}

function steps(path: Path): readonly object[] {
  return path.map((step) => (typeof step === "number" ? { element_key_int: step } : { attribute_name: step }));
}

const NESTINGS: Readonly<Record<NestedBlock["nesting"], number>> = { single: 1, list: 2, set: 3, map: 4 };

function schemaMessage(block: Block): object {
  return { version: 0, block: blockMessage(block) };
}

function blockMessage({ attributes, blocks }: Block): object {
  return {
    attributes: Object.entries(attributes).map(([name, { type, writeOnly, ...is }]) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      write_only: writeOnly,
      ...is,
    })),
    block_types: Object.entries(blocks).map(([type_name, { nesting, block, minItems, maxItems }]) => ({
      type_name,
      block: blockMessage(block),
      nesting: NESTINGS[nesting],
      min_items: minItems,
      max_items: maxItems,
    })),
  };
}
