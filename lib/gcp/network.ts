import { DataGoogleComputeSubnetwork } from "@cdktf/provider-google/lib/data-google-compute-subnetwork";
import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { Network } from "../cloud/network.js";
import { CoverstackError } from "../errors.js";

/** Where Google's own machines for managed services are reached. */
export interface PrivateServices {
  /** Name of the range that was set aside for them. */
  readonly range: string;
  /** The peering with Google's network. */
  readonly connection: readonly ITerraformDependable[];
}

/** What a cluster takes of a network, besides the subnet of its nodes. */
export interface ClusterRanges {
  /** Names of secondary ranges of the subnet. */
  readonly pods: string;
  readonly services: string;
  /** What the range of the pods is. */
  readonly podCidr: string;
  /** A /28 for the control plane. */
  readonly controlPlaneCidr: string;
}

export interface GcpNetworkAttributes {
  /** `projects/PROJECT/global/networks/NAME` */
  readonly network: string;
  /** `projects/PROJECT/regions/REGION/subnetworks/NAME`, with private Google access and, for groups and clusters, a NAT. */
  readonly subnetwork: string;
  /** Zones to spread over, such as `europe-west1-b`; a single machine takes the first. */
  readonly zones: readonly string[];
  /** Name of the range of its private services access. @default none: no managed database or queue */
  readonly privateServicesRange?: string | undefined;
  /** @default none: no cluster */
  readonly clusterRanges?: ClusterRanges | undefined;
  /** @default the stack's default Google provider */
  readonly provider?: GoogleProvider | undefined;
}

/** A VPC network with one subnet of the region, made or brought along. Zones need no subnets of their own. */
export abstract class GcpNetwork extends Construct implements Network {
  abstract readonly networkId: string;
  abstract readonly subnetworkId: string;
  /** The range of the subnet, where machines and nodes have their addresses. */
  abstract readonly cidr: string;
  abstract readonly zones: readonly string[];
  /** Undefined where managed services have no place. */
  abstract readonly privateServices: PrivateServices | undefined;
  /** What must be there before machines without a public address reach the internet; undefined where they never do. */
  abstract readonly egressAccess: readonly ITerraformDependable[] | undefined;
  abstract readonly clusterRanges: ClusterRanges | undefined;

  /**
   * A network that is there already.
   *
   * @throws CoverstackError when it names no zone, or network or subnet not in full
   */
  static fromSubnets(scope: Construct, id: string, attributes: GcpNetworkAttributes): GcpNetwork {
    return new ExistingNetwork(scope, id, attributes);
  }
}

class ExistingNetwork extends GcpNetwork {
  readonly networkId: string;
  readonly subnetworkId: string;
  readonly cidr: string;
  readonly zones: readonly string[];
  readonly privateServices: PrivateServices | undefined;
  readonly egressAccess = [];
  readonly clusterRanges: ClusterRanges | undefined;

  constructor(scope: Construct, id: string, attributes: GcpNetworkAttributes) {
    super(scope, id);
    const { network, subnetwork, zones, privateServicesRange, clusterRanges, provider } = attributes;
    if (zones.length === 0) {
      const allowed = "such as europe-west1-b";
      throw new CoverstackError({ what: "'zones' must name at least one zone", given: zones, allowed }, this);
    }
    checkPath(network, /^projects\/[^/]+\/global\/networks\/[^/]+$/, "projects/PROJECT/global/networks/NAME", this);
    checkPath(
      subnetwork,
      /^projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[^/]+$/,
      "projects/PROJECT/regions/REGION/subnetworks/NAME",
      this,
    );
    this.networkId = network;
    this.subnetworkId = subnetwork;
    this.zones = zones;
    this.cidr = new DataGoogleComputeSubnetwork(this, "subnetwork", {
      selfLink: subnetwork,
      ...(provider && { provider }),
    }).ipCidrRange;
    this.privateServices =
      privateServicesRange === undefined ? undefined : { range: privateServicesRange, connection: [] };
    this.clusterRanges = clusterRanges;
  }
}

function checkPath(given: string, pattern: RegExp, allowed: string, scope: IConstruct): void {
  if (Token.isUnresolved(given) || pattern.test(given)) return;
  throw new CoverstackError({ what: "a network on Google Cloud is named in full", given, allowed }, scope);
}
