import { bindingOf } from "./bindings.js";
import type { Failures } from "./failures.js";
import type { OptionalPackages } from "./optional-packages.js";
import { ProviderServer } from "./provider-server.js";
import { Secrets } from "./secrets.js";
import { SimulatedProvider } from "./simulated-provider.js";
import type { Configuration } from "./synthesised-stacks.js";
import { usedProviders } from "./used-providers.js";
import { isObject, type Value } from "./value.js";

interface Served {
  readonly server: ProviderServer;
  readonly resources: Set<string>;
  readonly dataSources: Set<string>;
}

/** The providers of all stacks of a rehearsal, and the secrets that their clouds keep. */
export class SimulatedClouds {
  ignoreProtection = false;
  readonly #served = new Map<string, Served>();
  readonly #secrets = new Secrets();

  constructor(
    private readonly packages: OptionalPackages,
    private readonly failures: Failures,
  ) {}

  /** Starts what a stack needs; types once served stay, since state may hold them. */
  async serve(configuration: Configuration): Promise<void> {
    for (const field of fieldsOfSecrets(configuration)) this.#secrets.expectField(field);
    for (const { source, resources, dataSources } of usedProviders(configuration)) {
      const name = source.slice(source.lastIndexOf("/") + 1);
      const binding = bindingOf(name);
      for (const type of resources) binding.resource(type);
      for (const type of dataSources) binding.dataSource(type);
      const served =
        this.#served.get(source) ??
        (await this.#start(new SimulatedProvider(name, binding, this.#secrets, this.#refusal)));
      this.#served.set(source, served);
      for (const type of resources) served.resources.add(type);
      for (const type of dataSources) served.dataSources.add(type);
    }
  }

  async #start(provider: SimulatedProvider): Promise<Served> {
    const types = { resources: new Set<string>(), dataSources: new Set<string>() };
    return { ...types, server: await ProviderServer.start(this.packages, provider, types) };
  }

  readonly #refusal = async (type: string, prior: Value, planned: Value): Promise<string | undefined> => {
    const refused = await this.failures.refuse(type);
    return refused ?? (planned === null && !this.ignoreProtection ? protection(prior) : undefined);
  };

  /** What has Terraform attach to the providers here instead of starting its own. */
  environment(): Readonly<Record<string, string>> {
    const attached = [...this.#served].map(([source, { server }]) => [
      source,
      {
        Protocol: "grpc",
        ProtocolVersion: 5,
        Pid: process.pid,
        Test: true,
        Addr: { Network: "tcp", String: `127.0.0.1:${server.port}` },
      },
    ]);
    return { TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(attached)) };
  }

  stop(): void {
    for (const { server } of this.#served.values()) server.stop();
  }
}

/** What the configuration takes out of secrets that hold JSON. */
function fieldsOfSecrets(configuration: Configuration): readonly string[] {
  const text = JSON.stringify(configuration);
  return [...text.matchAll(/jsondecode\([^()]*\)(?:\[\\"(\w+)\\"\]|\.(\w+))/g)].map(
    ([, index, field]) => index ?? field,
  );
}

/** Why a cloud keeps what it is told to delete. */
function protection(prior: Value): string | undefined {
  if (!isObject(prior)) return undefined;
  const name = ["deletion_protection", "enable_deletion_protection"].find((attribute) => prior[attribute] === true);
  return name && `refused: ${name} is set; apply with it unset first`;
}
