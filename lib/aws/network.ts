import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkCidr } from "../cloud/cidr.js";
import type { Network, NetworkProps } from "../cloud/network.js";
import { CoverstackError } from "../errors.js";

export interface PublicSubnet {
  readonly id: string;
  readonly availabilityZone: string;
}

export interface AwsNetworkAttributes {
  readonly vpcId: string;
  /** Subnets with a route to an internet gateway; a single machine takes the first. */
  readonly publicSubnetIds: readonly string[];
  /** @default the stack's default AWS provider */
  readonly provider?: AwsProvider;
}

/** A VPC, made or brought along. */
export abstract class AwsNetwork extends Construct implements Network {
  abstract readonly vpcId: string;
  abstract readonly publicSubnets: readonly PublicSubnet[];
  /** What must be there before anything in the network reaches the internet. */
  abstract readonly internetAccess: readonly ITerraformDependable[];

  /** A network that is there already. */
  static fromSubnets(scope: Construct, id: string, attributes: AwsNetworkAttributes): AwsNetwork {
    return new ExistingNetwork(scope, id, attributes);
  }
}

class ExistingNetwork extends AwsNetwork {
  readonly vpcId: string;
  readonly publicSubnets: readonly PublicSubnet[];
  readonly internetAccess = [];

  constructor(scope: Construct, id: string, { vpcId, publicSubnetIds, provider }: AwsNetworkAttributes) {
    super(scope, id);
    if (publicSubnetIds.length === 0) {
      throw new CoverstackError(
        { what: "'publicSubnetIds' must name at least one subnet", given: publicSubnetIds },
        this,
      );
    }
    this.vpcId = vpcId;
    this.publicSubnets = publicSubnetIds.map((subnetId, i) => {
      const subnet = new DataAwsSubnet(this, `public-${i}`, { id: subnetId, vpcId, ...(provider && { provider }) });
      return { id: subnet.id, availabilityZone: subnet.availabilityZone };
    });
  }
}

/** A VPC of its own with a public subnet. */
export class AwsVpc extends AwsNetwork {
  readonly vpc: Vpc;
  readonly publicSubnets: readonly PublicSubnet[];
  readonly internetAccess: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, provider: AwsProvider, { cidr = "10.0.0.0/16" }: NetworkProps) {
    super(scope, id);
    checkCidr(cidr, "cidr", this);
    const tags = { Name: this.node.path };
    this.vpc = new Vpc(this, "vpc", {
      provider,
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags,
    });
    const vpcId = this.vpc.id;
    // Adopts the group that every VPC is born with and empties it, so that nothing works by forgetting to name one.
    new DefaultSecurityGroup(this, "default-security-group", { provider, vpcId, tags });
    const gateway = new InternetGateway(this, "internet-gateway", { provider, vpcId, tags });
    const routeTable = new RouteTable(this, "public-routes", { provider, vpcId, tags });
    const route = new Route(this, "to-internet", {
      provider,
      routeTableId: routeTable.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    const zones = new DataAwsAvailabilityZones(this, "zones", {
      provider,
      state: "available",
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    const subnet = new Subnet(this, "public-0", {
      provider,
      vpcId,
      cidrBlock: Fn.cidrsubnet(cidr, 4, 0),
      availabilityZone: Fn.element(zones.names, 0),
      tags: { Name: `${this.node.path}/public-0` },
      // A zone that opens later would shift the list, and take the data disk's subnet away from it.
      lifecycle: { ignoreChanges: ["availability_zone"] },
    });
    const routed = new RouteTableAssociation(this, "public-0-routes", {
      provider,
      subnetId: subnet.id,
      routeTableId: routeTable.id,
    });
    this.publicSubnets = [{ id: subnet.id, availabilityZone: subnet.availabilityZone }];
    this.internetAccess = [route, routed];
  }

  get vpcId(): string {
    return this.vpc.id;
  }
}
