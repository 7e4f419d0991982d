import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { Cloud } from "../cloud/cloud.js";
import type { MachineProps } from "../cloud/machine.js";
import type { NetworkProps } from "../cloud/network.js";
import type { SecretProps } from "../cloud/secret.js";
import { CoverstackError } from "../errors.js";
import type { SecretReference } from "../workload/secret-reference.js";
import { AwsMachine, type AwsMachineOverrides } from "./machine.js";
import { type AwsNetwork, AwsVpc } from "./network.js";
import { type AwsSecret, ExistingSecret, GeneratedSecret } from "./secret.js";

export { AwsMachine, type AwsMachineOverrides } from "./machine.js";
export { AwsNetwork, type AwsNetworkAttributes, type PublicSubnet } from "./network.js";
export { AwsSecret } from "./secret.js";

export interface AwsProps {
  /** Such as `eu-west-1`. */
  readonly region: string;
  /** On every resource that can be tagged, besides `Application=coverstack`. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** A provider that the stack has already; its region must be the one above, its tags are its own. @default a new one */
  readonly provider?: AwsProvider;
  /** Laid over the underlying resources, key by key: for what no prop covers. @default none */
  readonly overrides?: AwsMachineOverrides;
}

/** Amazon Web Services, one region of one account. */
export class Aws extends Construct implements Cloud<AwsNetwork, AwsMachine> {
  readonly name = "aws";
  readonly provider: AwsProvider;
  readonly #overrides: AwsMachineOverrides | undefined;

  /** @throws CoverstackError when the region is no region's name, or belongs to another provider */
  constructor(scope: Construct, id: string, { region, tags, provider, overrides }: AwsProps) {
    super(scope, id);
    if (!Token.isUnresolved(region) && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
      throw new CoverstackError(
        { what: "'region' must be an AWS region", given: region, allowed: "such as eu-west-1" },
        this,
      );
    }
    if (provider?.region !== undefined && !Token.isUnresolved(provider.region) && provider.region !== region) {
      const fix = `pass ${provider.region}, or another provider`;
      throw new CoverstackError({ what: "'region' must be the provider's", given: region, fix }, this);
    }
    if (provider && tags) {
      throw new CoverstackError(
        { what: "'tags' and 'provider' exclude each other", fix: "set defaultTags on the provider that you pass" },
        this,
      );
    }
    this.provider =
      provider ??
      new AwsProvider(this, "provider", { region, defaultTags: [{ tags: { Application: "coverstack", ...tags } }] });
    this.#overrides = overrides;
  }

  network(scope: Construct, id: string, props: NetworkProps = {}): AwsNetwork {
    return new AwsVpc(scope, id, this.provider, props);
  }

  machine(scope: Construct, id: string, props: MachineProps<AwsNetwork>): AwsMachine {
    return new AwsMachine(scope, id, this.provider, props, this.#overrides);
  }

  secret(scope: Construct, id: string, props: SecretProps): AwsSecret {
    return new GeneratedSecret(scope, id, this.provider, props);
  }

  existingSecret(scope: Construct, id: string, reference: SecretReference): AwsSecret {
    return new ExistingSecret(scope, id, this.provider, reference);
  }
}
