import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { Network } from "../cloud/network.js";
import { CoverstackError } from "../errors.js";

export interface AwsSubnet {
  readonly id: string;
  readonly availabilityZone: string;
}

export interface AwsNetworkAttributes {
  readonly vpcId: string;
  /** Subnets with a route to an internet gateway; a single machine takes the first. */
  readonly publicSubnetIds: readonly string[];
  /** Subnets without, each in another zone. Machines in them need a way out: a NAT gateway, or the like. @default none */
  readonly privateSubnetIds?: readonly string[] | undefined;
  /** @default the stack's default AWS provider */
  readonly provider?: AwsProvider | undefined;
}

/** A VPC, made or brought along. */
export abstract class AwsNetwork extends Construct implements Network {
  abstract readonly vpcId: string;
  /** The range of all its addresses. */
  abstract readonly cidr: string;
  abstract readonly publicSubnets: readonly AwsSubnet[];
  abstract readonly privateSubnets: readonly AwsSubnet[];
  /** Whether machines in the private subnets reach the internet. */
  abstract readonly callsOut: boolean;
  /** What must be there before anything with a public address reaches the internet. */
  abstract readonly internetAccess: readonly ITerraformDependable[];
  /** What must be there before anything in the private subnets does. */
  abstract readonly egressAccess: readonly ITerraformDependable[];

  /**
   * A network that is there already.
   *
   * @throws CoverstackError when no public subnet is named, or one twice
   */
  static fromSubnets(scope: Construct, id: string, attributes: AwsNetworkAttributes): AwsNetwork {
    return new ExistingNetwork(scope, id, attributes);
  }
}

class ExistingNetwork extends AwsNetwork {
  readonly vpcId: string;
  readonly cidr: string;
  readonly publicSubnets: readonly AwsSubnet[];
  readonly privateSubnets: readonly AwsSubnet[];
  readonly callsOut: boolean;
  readonly internetAccess = [];
  readonly egressAccess = [];

  constructor(scope: Construct, id: string, attributes: AwsNetworkAttributes) {
    super(scope, id);
    const { vpcId, publicSubnetIds, privateSubnetIds = [], provider } = attributes;
    if (publicSubnetIds.length === 0) {
      const what = "'publicSubnetIds' must name at least one subnet";
      throw new CoverstackError({ what, given: publicSubnetIds }, this);
    }
    refuseTwice([...publicSubnetIds, ...privateSubnetIds], this);
    const common = provider && { provider };
    const look = (kind: string) => (subnetId: string, i: number) => {
      const subnet = new DataAwsSubnet(this, `${kind}-${i}`, { id: subnetId, vpcId, ...common });
      return { id: subnet.id, availabilityZone: subnet.availabilityZone };
    };
    this.vpcId = vpcId;
    this.callsOut = privateSubnetIds.length > 0;
    this.cidr = new DataAwsVpc(this, "vpc", { id: vpcId, ...common }).cidrBlock;
    this.publicSubnets = publicSubnetIds.map(look("public"));
    this.privateSubnets = privateSubnetIds.map(look("private"));
  }
}

/**
 * Refuses a network in which private machines could fetch nothing.
 *
 * @throws CoverstackError
 */
export function checkCallsOut({ callsOut }: AwsNetwork, what: string, scope: IConstruct): void {
  if (callsOut) return;
  const fix = "give the network 'reach' private, or name the private subnets that you bring";
  throw new CoverstackError({ what: `${what} needs private subnets that call out`, fix }, scope);
}

function refuseTwice(subnetIds: readonly string[], scope: IConstruct): void {
  const twice = subnetIds.find((id, i) => !Token.isUnresolved(id) && subnetIds.indexOf(id) !== i);
  if (twice === undefined) return;
  const fix = "name each subnet once: public where an internet gateway is its way out, private elsewhere";
  throw new CoverstackError({ what: "a subnet is named twice", given: twice, fix }, scope);
}
