import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc, type VpcConfig } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Fn, type ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { NetworkProps } from "../cloud/network.js";
import { networkProps } from "../cloud/network-props.js";
import { type DeepPartial, merge } from "../merge.js";
import { FlowLogs } from "./flow-logs.js";
import { AwsNetwork, type AwsSubnet } from "./network.js";

/** Laid over the resources of every network, key by key. */
export interface AwsNetworkOverrides {
  readonly vpc?: DeepPartial<Omit<VpcConfig, "cidrBlock">>;
}

/** The range is cut into sixteen: eight for public subnets, eight for private ones. */
const SUBNET_BITS = 4;
const FIRST_PRIVATE = 8;
const INTERNET = "0.0.0.0/0";

/** A VPC of its own. Whatever a smaller form has, a larger one has under the same ids and with the same addresses. */
export class AwsVpc extends AwsNetwork {
  readonly vpc: Vpc;
  readonly cidr: string;
  readonly publicSubnets: readonly AwsSubnet[];
  readonly privateSubnets: readonly AwsSubnet[];
  readonly callsOut: boolean;
  readonly internetAccess: readonly ITerraformDependable[];
  readonly egressAccess: readonly ITerraformDependable[];
  readonly #provider: AwsProvider;
  readonly #zones: DataAwsAvailabilityZones;

  /** @throws CoverstackError on a range that is none or not a /16 to /20, zones beyond 1 to 3, or an unknown reach */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: NetworkProps = {},
    overrides: AwsNetworkOverrides = {},
  ) {
    super(scope, id);
    this.#provider = provider;
    const { cidr, zones, reach } = networkProps(props, this);
    this.cidr = cidr;
    const tags = { Name: this.node.path };
    const vpc: VpcConfig = { provider, cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags };
    this.vpc = new Vpc(this, "vpc", merge(vpc, overrides.vpc));
    const { vpcId } = this;
    // Adopts the group that every VPC is born with and empties it, so that nothing works by forgetting to name one.
    new DefaultSecurityGroup(this, "default-security-group", { provider, vpcId, tags });
    this.#zones = this.#availabilityZones(zones);
    const indexes = Array.from({ length: zones }, (_, i) => i);
    const gateway = new InternetGateway(this, "internet-gateway", { provider, vpcId, tags });
    const routeTable = new RouteTable(this, "public-routes", { provider, vpcId, tags });
    const route = new Route(this, "to-internet", {
      provider,
      routeTableId: routeTable.id,
      destinationCidrBlock: INTERNET,
      gatewayId: gateway.id,
    });
    this.publicSubnets = indexes.map((i) => this.#subnet(`public-${i}`, i, i));
    const routed = this.publicSubnets.map((subnet, i) => this.#routed(`public-${i}`, subnet, routeTable));
    this.internetAccess = [route, ...routed];
    this.privateSubnets =
      reach === "public" ? [] : indexes.map((i) => this.#subnet(`private-${i}`, FIRST_PRIVATE + i, i));
    this.callsOut = reach === "private";
    this.egressAccess = this.callsOut ? this.#wayOut() : [];
    if (reach !== "public") new FlowLogs(this, "flow-logs", provider, vpcId);
  }

  get vpcId(): string {
    return this.vpc.id;
  }

  #availabilityZones(wanted: number): DataAwsAvailabilityZones {
    return new DataAwsAvailabilityZones(this, "zones", {
      provider: this.#provider,
      state: "available",
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      lifecycle: {
        postcondition: [
          {
            condition: `\${length(self.names) >= ${wanted}}`,
            errorMessage: `The region has fewer than ${wanted} availability zones: lower 'zones' of ${this.node.path}, or take another region.`,
          },
        ],
      },
    });
  }

  #subnet(id: string, range: number, zone: number): AwsSubnet {
    return new Subnet(this, id, {
      provider: this.#provider,
      vpcId: this.vpcId,
      cidrBlock: Fn.cidrsubnet(this.cidr, SUBNET_BITS, range),
      availabilityZone: Fn.element(this.#zones.names, zone),
      tags: { Name: `${this.node.path}/${id}` },
      // A zone that opens later would shift the list, and take disks and databases away from their subnet.
      lifecycle: { ignoreChanges: ["availability_zone"] },
    });
  }

  #routed(id: string, { id: subnetId }: AwsSubnet, { id: routeTableId }: RouteTable): RouteTableAssociation {
    return new RouteTableAssociation(this, `${id}-routes`, { provider: this.#provider, subnetId, routeTableId });
  }

  /** A translator in each zone, so that a zone that fails takes no other's way out with it. */
  #wayOut(): readonly ITerraformDependable[] {
    const provider = this.#provider;
    const [toInternet, ...routed] = this.internetAccess;
    const ways = this.privateSubnets.map((subnet, i) => {
      const tags = { Name: `${this.node.path}/nat-${i}` };
      const address = new Eip(this, `nat-${i}-address`, { provider, domain: "vpc", tags });
      const nat = new NatGateway(this, `nat-${i}`, {
        provider,
        subnetId: this.publicSubnets[i].id,
        allocationId: address.id,
        tags,
        dependsOn: [toInternet, routed[i]],
      });
      const routeTable = new RouteTable(this, `private-${i}-route-table`, {
        provider,
        vpcId: this.vpcId,
        tags: { Name: `${this.node.path}/private-${i}` },
      });
      const route = new Route(this, `private-${i}-to-internet`, {
        provider,
        routeTableId: routeTable.id,
        destinationCidrBlock: INTERNET,
        natGatewayId: nat.id,
      });
      return { routeTable, access: [route, this.#routed(`private-${i}`, subnet, routeTable)] };
    });
    // Reports go to the bucket without passing a translator, which charges for each byte.
    const bucketAccess = new VpcEndpoint(this, "s3", {
      provider,
      vpcId: this.vpcId,
      serviceName: `com.amazonaws.${provider.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: ways.map(({ routeTable }) => routeTable.id),
      tags: { Name: `${this.node.path}/s3` },
    });
    return [...ways.flatMap(({ access }) => access), bucketAccess];
  }
}
