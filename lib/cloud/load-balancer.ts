import type { IConstruct } from "constructs";
import type { MachineGroup } from "./machine-group.js";
import type { Network } from "./network.js";

export interface LoadBalancerProps<N extends Network = Network> {
  /** With public subnets in at least two zones. */
  readonly network: N;
  /** The DNS name that people and CI use. @default the balancer's own address */
  readonly hostname?: string | undefined;
  /** HTTPS, with a redirect from HTTP. @default plain HTTP: switched off by name, for trials */
  readonly tls?: BalancerTls | undefined;
  /** Ranges that reach it. */
  readonly allowFrom: readonly string[];
  /** Seconds that a request may take: uploads are large. */
  readonly requestSeconds: number;
  /**
   * Whether Terraform refuses to destroy it. The cloud itself does not: a balancer holds nothing, and another strategy
   * brings another one.
   */
  readonly protect: boolean;
}

/** Where the balancer's certificate comes from; one of the two is needed, and both may be given. */
export interface BalancerTls {
  /**
   * The cloud's id of a certificate that is there already: an ACM ARN, a Google SSL certificate's name, or the secret
   * id of an Azure Key Vault certificate.
   *
   * @default a certificate that the cloud issues and renews, where it can
   */
  readonly certificate?: string | undefined;
  /**
   * The zone that the hostname's record is written into: a Route 53 zone id, a Cloud DNS zone's name, or the resource
   * id of an Azure DNS zone.
   *
   * @default none: whoever keeps the zone points the hostname at the balancer's address
   */
  readonly dnsZone?: string | undefined;
}

/** An HTTP load balancer with a public address. It terminates TLS. */
export interface LoadBalancer<G extends MachineGroup = MachineGroup> extends IConstruct {
  /** What a DNS record points to: an IP address, or a name on AWS. */
  readonly address: string;
  /** Sends requests to the machines that answer their health check, and lets itself in there. */
  addTarget(group: G, target: BalancerTarget): void;
}

export interface BalancerTarget {
  readonly port: number;
  readonly healthPath: string;
  /** Seconds that requests have to end on a machine that leaves (F32). */
  readonly drainSeconds: number;
}
