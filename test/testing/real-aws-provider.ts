import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as protoLoader from "@grpc/proto-loader";
import * as msgpack from "@msgpack/msgpack";
import { emptyBlock } from "../../lib/testing/plan.js";
import { pluginProtocol, SERVICE } from "../../lib/testing/plugin-protocol.js";
import type { Block } from "../../lib/testing/schema.js";
import type { Value } from "../../lib/testing/value.js";
import { type DynamicValue, Wire } from "../../lib/testing/wire.js";

/** What HashiCorp's plugins want to see before they serve. */
const HANDSHAKE = {
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "5",
};
/** Has the provider talk to nobody. */
const OFFLINE = {
  region: "eu-west-1",
  access_key: "none",
  secret_key: "none",
  skip_credentials_validation: true,
  skip_requesting_account_id: true,
  skip_metadata_api_check: "true",
};

interface PlanAnswer {
  readonly requires_replace?: readonly { readonly steps: readonly { readonly attribute_name: string }[] }[];
}

/** HashiCorp's own AWS provider, spoken to directly. */
export class RealAwsProvider {
  readonly #wire = new Wire(msgpack);

  private constructor(
    private readonly client: grpc.Client,
    private readonly process: { kill(): boolean },
  ) {}

  static async start(mirror: string, schema: Block): Promise<RealAwsProvider> {
    const folder = join(mirror, "registry.terraform.io/hashicorp/aws");
    const program = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) =>
      /provider-aws_v[^/]*$/.test(name),
    )!;
    const child = spawn(join(folder, program), {
      env: { ...process.env, ...HANDSHAKE },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [greeting] = (await new Promise((resolve) =>
      child.stdout.once("data", (data) => resolve([String(data)])),
    )) as [string];
    const definition = protoLoader.fromJSON(pluginProtocol(), { keepCase: true, longs: Number, defaults: true });
    const Client = grpc.makeGenericClientConstructor(definition[SERVICE] as grpc.ServiceDefinition, "Provider");
    const client = new Client(`unix:${greeting.trim().split("|")[3]}`, grpc.credentials.createInsecure());
    const provider = new RealAwsProvider(client, child);
    const config = provider.#wire.encode({ ...emptyBlock(schema), ...OFFLINE });
    const { prepared_config } = await provider.#call<{ prepared_config: DynamicValue }>("PrepareProviderConfig", {
      config,
    });
    await provider.#call("Configure", { terraform_version: "1.11.4", config: prepared_config });
    return provider;
  }

  /** Names of the attributes and blocks because of which the provider would replace. */
  async replacedBy(type: string, prior: Value, next: Value): Promise<readonly string[]> {
    const after = this.#wire.encode(next);
    const states = { prior_state: this.#wire.encode(prior), proposed_new_state: after, config: after };
    const { requires_replace = [] } = await this.#call<PlanAnswer>("PlanResourceChange", {
      type_name: type,
      ...states,
    });
    return requires_replace.map(({ steps }) => steps[0].attribute_name);
  }

  stop(): void {
    this.client.close();
    this.process.kill();
  }

  #call<T>(name: string, request: object): Promise<T> {
    const calls = this.client as unknown as Record<string, (request: object, answer: grpc.requestCallback<T>) => void>;
    return new Promise((resolve, reject) =>
      calls[name].call(this.client, request, (error, answer) => (error ? reject(error) : resolve(answer!))),
    );
  }
}
