import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork, type ComputeSubnetworkConfig } from "@cdktf/provider-google/lib/compute-subnetwork";
import { ServiceNetworkingConnection } from "@cdktf/provider-google/lib/service-networking-connection";
import { Fn, type ITerraformDependable, Token } from "cdktf";
import type { Construct } from "constructs";
import type { NetworkProps } from "../cloud/network.js";
import { networkProps } from "../cloud/network-props.js";
import { type DeepPartial, merge } from "../merge.js";
import { resourceName } from "./names.js";
import { type ClusterRanges, GcpNetwork, type PrivateServices } from "./network.js";
import type { GcpProject } from "./project.js";
import { zonesOf } from "./zones.js";

/** Laid over the resources of every network, key by key. */
export interface GcpNetworkOverrides {
  readonly subnetwork?: DeepPartial<Omit<ComputeSubnetworkConfig, "ipCidrRange" | "secondaryIpRange">>;
}

/*
 * How the network's range is shared out, whatever lives in it: a sixteenth each to machines, to the services of a
 * cluster and to its control plane, a quarter to Google's managed services, and the upper half to pods.
 */
const SUBNET = { bits: 4, index: 0 };
const SERVICES = { bits: 4, index: 1 };
const CONTROL_PLANE = { bits: 4, index: 2 };
const MANAGED = { bits: 2, index: 1 };
const PODS = { bits: 1, index: 1 };

/** Denies come after every rule that allows, which have Google's usual 1000. */
const LAST = 65_000;

/** A VPC network of its own. */
export class GcpVpc extends GcpNetwork {
  readonly network: ComputeNetwork;
  readonly subnetwork: ComputeSubnetwork;
  readonly cidr: string;
  readonly zones: readonly string[];
  readonly privateServices: PrivateServices | undefined;
  readonly egressAccess: readonly ITerraformDependable[] | undefined;
  readonly clusterRanges: ClusterRanges;
  /** The one address that everything without a public address calls from, when `reach` is private. */
  readonly egressAddress: ComputeAddress | undefined;
  readonly #project: GcpProject;

  /** @throws CoverstackError on a range that is none or not a /16 to /20, zones beyond 1 to 3, or an unknown reach */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    props: NetworkProps,
    overrides: GcpNetworkOverrides = {},
  ) {
    super(scope, id);
    this.#project = project;
    const { cidr, zones, reach } = networkProps(props, this);
    const { provider } = project;
    this.zones = zonesOf(project.region).slice(0, zones);
    this.cidr = part(cidr, SUBNET);
    this.network = new ComputeNetwork(this, "network", {
      provider,
      name: resourceName(this),
      description: this.node.path,
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
      dependsOn: project.apis("compute"),
    });
    this.clusterRanges = {
      pods: "pods",
      services: "services",
      podCidr: part(cidr, PODS),
      controlPlaneCidr: `${Fn.cidrhost(part(cidr, CONTROL_PLANE), 0)}/28`,
    };
    this.subnetwork = new ComputeSubnetwork(this, "subnetwork", merge(this.#subnetwork(cidr), overrides.subnetwork));
    this.privateServices = reach === "public" ? undefined : this.#privateServices(part(cidr, MANAGED));
    this.egressAddress = reach === "private" ? this.#egressAddress() : undefined;
    this.egressAccess = this.egressAddress && [this.#translator(this.egressAddress)];
  }

  get networkId(): string {
    return this.network.id;
  }

  get subnetworkId(): string {
    return this.subnetwork.id;
  }

  #subnetwork(cidr: string): ComputeSubnetworkConfig {
    return {
      provider: this.#project.provider,
      name: resourceName(this),
      region: this.#project.region,
      network: this.network.id,
      ipCidrRange: this.cidr,
      // There from the start: a cluster that comes later changes nothing here, and a range costs nothing.
      secondaryIpRange: [
        { rangeName: this.clusterRanges.pods, ipCidrRange: this.clusterRanges.podCidr },
        { rangeName: this.clusterRanges.services, ipCidrRange: part(cidr, SERVICES) },
      ],
      privateIpGoogleAccess: true,
      logConfig: {
        aggregationInterval: "INTERVAL_10_MIN",
        flowSampling: 0.5,
        metadata: "INCLUDE_ALL_METADATA",
      },
    };
  }

  #privateServices(range: string): PrivateServices {
    const { provider } = this.#project;
    const address = new ComputeGlobalAddress(this, "private-services", {
      provider,
      name: resourceName(this, "private-services"),
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      network: this.network.id,
      address: Fn.cidrhost(range, 0),
      prefixLength: Token.asNumber(Fn.element(Fn.split("/", range), 1)),
    });
    const connection = new ServiceNetworkingConnection(this, "private-services-connection", {
      provider,
      network: this.network.id,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [address.name],
      // Google holds on to it for hours after the last database is gone; it goes with the network.
      deletionPolicy: "ABANDON",
      dependsOn: this.#project.apis("servicenetworking"),
    });
    // What is reached there is not behind this network's firewall, so whoever may call it is decided on the way out.
    new ComputeFirewall(this, "deny-private-services", {
      provider,
      name: resourceName(this, "deny-private-services"),
      description: "managed services are reached by whom they allow",
      network: this.network.id,
      direction: "EGRESS",
      priority: LAST,
      destinationRanges: [range],
      deny: [{ protocol: "all" }],
    });
    return { range: address.name, connection: [connection] };
  }

  #egressAddress(): ComputeAddress {
    return new ComputeAddress(this, "egress-address", {
      provider: this.#project.provider,
      name: resourceName(this, "egress"),
      region: this.#project.region,
      dependsOn: this.#project.apis("compute"),
    });
  }

  #translator(address: ComputeAddress): ComputeRouterNat {
    const { provider, region } = this.#project;
    const router = new ComputeRouter(this, "router", {
      provider,
      name: resourceName(this),
      region,
      network: this.network.id,
    });
    return new ComputeRouterNat(this, "nat", {
      provider,
      name: resourceName(this),
      region,
      router: router.name,
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [address.selfLink],
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetwork: [{ name: this.subnetwork.id, sourceIpRangesToNat: ["ALL_IP_RANGES"] }],
      // A machine that pulls images and talks to git hosts takes more ports while it does.
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
      minPortsPerVm: 64,
      maxPortsPerVm: 4096,
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
  }
}

function part(cidr: string, { bits, index }: { readonly bits: number; readonly index: number }): string {
  return Fn.cidrsubnet(cidr, bits, index);
}
