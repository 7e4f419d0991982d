import { ComputeFirewall, type ComputeFirewallConfig } from "@cdktf/provider-google/lib/compute-firewall";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkCidr, rangeWord } from "../cloud/cidr.js";
import type { TrafficSource } from "../cloud/identity.js";
import type { GcpIdentity } from "./identity.js";
import { resourceName } from "./names.js";
import type { GcpNetwork } from "./network.js";
import type { GcpProject } from "./project.js";

/** Where traffic comes from on Google Cloud: whatever runs under this identity. */
export interface GcpSource extends TrafficSource {
  readonly identity: GcpIdentity;
  readonly firewall: GcpFirewall;
}

/** From where Google's balancers and health checks call, and nobody else. */
export const BALANCER_RANGES: readonly string[] = ["130.211.0.0/22", "35.191.0.0/16"];
/** From where Identity-Aware Proxy calls, for whoever IAM lets through. */
const IAP_RANGE = "35.235.240.0/20";
const SSH = 22;
/** After every rule that allows, and after those of the network. */
const LAST = 65_001;

/**
 * What goes in and out of the machines that run under one identity. Without further rules nothing does: the network
 * denies what comes in, and a rule of the lowest priority what goes out.
 */
export class GcpFirewall extends Construct {
  readonly #project: GcpProject;
  readonly #network: GcpNetwork;
  readonly #identity: GcpIdentity;

  /** @param options.closed @default true; nodes that are there already keep the ways out that they have */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    network: GcpNetwork,
    identity: GcpIdentity,
    { closed = true }: { readonly closed?: boolean } = {},
  ) {
    super(scope, id);
    this.#project = project;
    this.#network = network;
    this.#identity = identity;
    if (!closed) return;
    this.#rule("deny-out", {
      direction: "EGRESS",
      priority: LAST,
      destinationRanges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
    });
  }

  /** Lets a range in, on a TCP port. */
  allowFrom(cidr: string, port: number): void {
    checkCidr(cidr, "cidr", this);
    this.#allowIn(`from-${rangeWord(cidr, this)}-${port}`, [cidr], port);
  }

  /** Lets Google's balancers and health checks in. */
  allowFromBalancers(port: number): void {
    this.#allowIn(`from-balancers-${port}`, BALANCER_RANGES, port);
  }

  /** Lets a shell in by way of Identity-Aware Proxy, which asks IAM first. */
  allowShell(): void {
    this.#allowIn("from-iap", [IAP_RANGE], SSH, this.#project.apis("iap"));
  }

  /**
   * Lets out to a range, on a TCP port.
   *
   * @param name what is there, for the rule's id. @default the range
   */
  allowTo(cidr: string, port: number, name?: string): void {
    if (name === undefined) checkCidr(cidr, "cidr", this);
    this.#allowOut(`to-${name ?? rangeWord(cidr, this)}-${port}`, cidr, [{ protocol: "tcp", ports: [String(port)] }]);
  }

  /** Lets everything out to a range. */
  allowAllTo(cidr: string, name: string): void {
    this.#allowOut(`to-${name}`, cidr, [{ protocol: "all" }]);
  }

  #allowIn(id: string, ranges: readonly string[], port: number, dependsOn: ITerraformDependable[] = []): void {
    this.#rule(id, {
      dependsOn,
      direction: "INGRESS",
      sourceRanges: [...ranges],
      allow: [{ protocol: "tcp", ports: [String(port)] }],
    });
  }

  #allowOut(id: string, cidr: string, allow: { readonly protocol: string; readonly ports?: string[] }[]): void {
    const rule = this.#rule(id, { direction: "EGRESS", destinationRanges: [cidr], allow });
    // A machine looks for packages and secrets as soon as it boots.
    if (rule) this.#identity.startAfter(rule);
  }

  #rule(id: string, config: Omit<ComputeFirewallConfig, "name" | "network">): ComputeFirewall | undefined {
    if (this.node.tryFindChild(id)) return undefined;
    return new ComputeFirewall(this, id, {
      provider: this.#project.provider,
      name: resourceName(this, id),
      network: this.#network.networkId,
      targetServiceAccounts: [this.#identity.email],
      ...config,
    });
  }
}
