import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type AwsSource, securityGroup } from "../../lib/aws/firewall.js";
import { AwsVpc } from "../../lib/aws/made-network.js";
import type { AwsNetwork } from "../../lib/aws/network.js";
import type { NetworkProps } from "../../lib/cloud/network.js";
import { realParts } from "./real-parts.js";
import { type Synthesised, synth } from "./synth.js";
import { terraformObjections } from "./terraform.js";

/** What a part of AWS is made with. */
export interface AwsSurroundings {
  readonly stack: TerraformStack;
  readonly provider: AwsProvider;
  readonly network: AwsNetwork;
}

/** A stack with a network and whatever is built in it. */
export function synthAws(
  build: (surroundings: AwsSurroundings) => void,
  { network = {}, region = "eu-west-1" }: { readonly network?: NetworkProps; readonly region?: string } = {},
): Synthesised {
  return synth((stack) => {
    const provider = new AwsProvider(stack, "provider", { region });
    build({
      stack,
      provider,
      network: new AwsVpc(stack, "network", provider, { zones: 2, reach: "private", ...network }),
    });
  });
}

/** Something with a security group that opens connections. */
export class Client extends Construct implements AwsSource {
  readonly securityGroup: SecurityGroup;

  constructor({ stack, provider, network }: AwsSurroundings, id = "client") {
    super(stack, id);
    this.securityGroup = securityGroup(this, provider, network.vpcId);
  }
}

export const { terraform, awsPlugin } = realParts();

/** What the real AWS provider objects to. Of the random provider's part only the value remains, as any text. */
export function awsObjections({ json }: Synthesised): readonly string[] {
  const stack = JSON.parse(json.replace(/\$\{random_password\.\w+\.result\}/g, "a".repeat(64))) as {
    provider: Record<string, unknown>;
    resource: Record<string, unknown>;
    terraform: { required_providers: Record<string, unknown> };
  };
  delete stack.provider.random;
  delete stack.resource.random_password;
  delete stack.terraform.required_providers.random;
  const text = JSON.stringify(stack).replace(/random_password\.\w+\.result/g, '\\"text\\"');
  return terraformObjections(text);
}
