import {
  ComputeBackendService,
  type ComputeBackendServiceConfig,
} from "@cdktf/provider-google/lib/compute-backend-service";
import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ComputeGlobalForwardingRule } from "@cdktf/provider-google/lib/compute-global-forwarding-rule";
import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import { ComputeManagedSslCertificate } from "@cdktf/provider-google/lib/compute-managed-ssl-certificate";
import {
  ComputeSecurityPolicy,
  type ComputeSecurityPolicyConfig,
} from "@cdktf/provider-google/lib/compute-security-policy";
import { ComputeSslPolicy } from "@cdktf/provider-google/lib/compute-ssl-policy";
import { ComputeTargetHttpProxy } from "@cdktf/provider-google/lib/compute-target-http-proxy";
import { ComputeTargetHttpsProxy } from "@cdktf/provider-google/lib/compute-target-https-proxy";
import { ComputeUrlMap } from "@cdktf/provider-google/lib/compute-url-map";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import { checkCidr } from "../cloud/cidr.js";
import type { BalancerTarget, BalancerTls, LoadBalancer, LoadBalancerProps } from "../cloud/load-balancer.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { needed } from "./checks.js";
import type { GcpMachineGroup } from "./machine-group.js";
import { digest, resourceName } from "./names.js";
import type { GcpProject } from "./project.js";

/** Laid over the resources of every load balancer, key by key. */
export interface GcpLoadBalancerOverrides {
  readonly backendService?: DeepPartial<Omit<ComputeBackendServiceConfig, "backend" | "healthChecks" | "portName">>;
  readonly securityPolicy?: DeepPartial<Omit<ComputeSecurityPolicyConfig, "rule">>;
}

/** What one of Google's instance groups offers under a named port. */
export interface InstanceGroups {
  /** The groups' URLs. */
  readonly urls: readonly string[];
  readonly portName: string;
}

const SCHEME = "EXTERNAL_MANAGED";
const HTTPS = "443";
const HTTP = "80";
/** Cloud Armor takes so many ranges in one rule. */
const RANGES_PER_RULE = 10;
const LAST_RULE = 2_147_483_647;
const MOST_REQUEST_SECONDS = 86_400;
const MOST_DRAIN_SECONDS = 3_600;
const RECORD_SECONDS = 300;

/** A global external Application Load Balancer, with Cloud Armor in front of it. */
export class GcpLoadBalancer extends Construct implements LoadBalancer<GcpMachineGroup> {
  readonly publicAddress: ComputeGlobalAddress;
  readonly securityPolicy: ComputeSecurityPolicy;
  readonly backendService: ComputeBackendService;
  /** Undefined where one was given, or none is used. */
  readonly certificate: ComputeManagedSslCertificate | undefined;
  readonly #project: GcpProject;
  readonly #urls: string[] = [];
  #target: BalancerTarget | undefined;

  /** @throws CoverstackError for HTTPS without certificate and hostname, and for ranges that are none */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    props: Omit<LoadBalancerProps, "network">,
    overrides: GcpLoadBalancerOverrides = {},
  ) {
    super(scope, id);
    this.#project = project;
    const { hostname, tls, requestSeconds } = props;
    checkWhole(requestSeconds, "requestSeconds", { unit: "seconds", least: 1, most: MOST_REQUEST_SECONDS }, this);
    const { provider } = project;
    this.publicAddress = new ComputeGlobalAddress(this, "address", {
      provider,
      name: resourceName(this),
      lifecycle: { preventDestroy: props.protect },
      dependsOn: project.apis("compute"),
    });
    this.securityPolicy = new ComputeSecurityPolicy(
      this,
      "security-policy",
      merge(this.#securityPolicy(props.allowFrom), overrides.securityPolicy),
    );
    this.backendService = new ComputeBackendService(
      this,
      "backend",
      merge(this.#backend(requestSeconds), overrides.backendService),
    );
    const urlMap = new ComputeUrlMap(this, "url-map", {
      provider,
      name: resourceName(this),
      defaultService: this.backendService.id,
    });
    this.certificate = tls?.certificate === undefined && tls ? this.#certificate(hostname) : undefined;
    if (tls) {
      this.#https(urlMap, tls);
      this.#redirect();
    } else {
      this.#listen(
        HTTP,
        new ComputeTargetHttpProxy(this, "proxy", { provider, name: resourceName(this), urlMap: urlMap.id }),
      );
    }
    if (tls?.dnsZone !== undefined) this.#record(tls.dnsZone, hostname);
    this.node.addValidation({
      validate: () => (this.#target ? [] : [`[${this.node.path}] a load balancer without a target serves nothing`]),
    });
  }

  get address(): string {
    return this.publicAddress.address;
  }

  addTarget(group: GcpMachineGroup, target: BalancerTarget): void {
    group.firewall.allowFromBalancers(target.port);
    this.addInstanceGroups({ urls: [group.manager.instanceGroup], portName: group.namePort(target.port) }, target);
  }

  /**
   * Sends requests to instance groups that others made, such as a cluster's. They have to let the balancer in.
   *
   * @throws CoverstackError when there are targets already that are reached otherwise
   */
  addInstanceGroups({ urls, portName }: InstanceGroups, target: BalancerTarget): void {
    const { port, healthPath, drainSeconds } = target;
    checkWhole(drainSeconds, "drainSeconds", { unit: "seconds", least: 0, most: MOST_DRAIN_SECONDS }, this);
    if (!this.#target) {
      const check = new ComputeHealthCheck(this, "health", {
        provider: this.#project.provider,
        name: resourceName(this, "health"),
        checkIntervalSec: 5,
        timeoutSec: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
        httpHealthCheck: { port, requestPath: healthPath },
        dependsOn: this.#project.apis("compute"),
      });
      this.backendService.healthChecks = [check.id];
      this.backendService.portName = portName;
      this.backendService.connectionDrainingTimeoutSec = drainSeconds;
      this.#target = target;
    } else if (this.#target.port !== port || this.#target.healthPath !== healthPath) {
      const fix = "give all targets one port and one health path";
      throw new CoverstackError({ what: "targets of a load balancer differ", given: target, fix }, this);
    }
    this.#urls.push(...urls);
    this.backendService.putBackend(
      this.#urls.map((group) => ({ group, balancingMode: "UTILIZATION", maxUtilization: 0.8, capacityScaler: 1 })),
    );
  }

  #securityPolicy(allowFrom: readonly string[]): ComputeSecurityPolicyConfig {
    for (const cidr of allowFrom) checkCidr(cidr, "allowFrom", this);
    const ranges = [...new Set(allowFrom)];
    const chunks = Array.from({ length: Math.ceil(ranges.length / RANGES_PER_RULE) }, (_, i) =>
      ranges.slice(i * RANGES_PER_RULE, (i + 1) * RANGES_PER_RULE),
    );
    const rule = (action: string, priority: number, srcIpRanges: string[]) => ({
      action,
      priority,
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges } },
    });
    return {
      provider: this.#project.provider,
      name: resourceName(this),
      description: this.node.path,
      rule: [
        ...chunks.map((chunk, i) => rule("allow", 1000 + i, chunk)),
        { ...rule("deny(403)", LAST_RULE, ["*"]), description: "whoever is not allowed" },
      ],
      dependsOn: this.#project.apis("compute"),
    };
  }

  #backend(requestSeconds: number): ComputeBackendServiceConfig {
    return {
      provider: this.#project.provider,
      name: resourceName(this),
      protocol: "HTTP",
      loadBalancingScheme: SCHEME,
      timeoutSec: requestSeconds,
      securityPolicy: this.securityPolicy.id,
      logConfig: { enable: true, sampleRate: 1 },
    };
  }

  #certificate(hostname: string | undefined): ComputeManagedSslCertificate {
    const fix = "add 'hostname', or 'certificate' with the name of one that is there";
    const domain = needed(hostname, "a managed certificate needs a hostname", fix, this);
    return new ComputeManagedSslCertificate(this, "certificate", {
      provider: this.#project.provider,
      // Google's certificates never change: another hostname is another certificate, there before the old one goes.
      name: resourceName(this, Token.isUnresolved(domain) ? "" : digest(domain)),
      managed: { domains: [domain] },
      lifecycle: { createBeforeDestroy: true },
      dependsOn: this.#project.apis("compute"),
    });
  }

  #https(urlMap: ComputeUrlMap, { certificate }: BalancerTls): void {
    const { provider, project } = this.#project;
    const policy = new ComputeSslPolicy(this, "ssl-policy", {
      provider,
      name: resourceName(this),
      profile: "MODERN",
      minTlsVersion: "TLS_1_2",
      dependsOn: this.#project.apis("compute"),
    });
    const given = certificate?.includes("/")
      ? certificate
      : `projects/${project}/global/sslCertificates/${certificate}`;
    const proxy = new ComputeTargetHttpsProxy(this, "proxy", {
      provider,
      name: resourceName(this),
      urlMap: urlMap.id,
      sslCertificates: [this.certificate?.id ?? given],
      sslPolicy: policy.id,
    });
    this.#listen(HTTPS, proxy);
  }

  #redirect(): void {
    const { provider } = this.#project;
    const name = resourceName(this, "redirect");
    const urlMap = new ComputeUrlMap(this, "redirect", {
      provider,
      name,
      defaultUrlRedirect: { httpsRedirect: true, redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT", stripQuery: false },
      dependsOn: this.#project.apis("compute"),
    });
    this.#listen(HTTP, new ComputeTargetHttpProxy(this, "redirect-proxy", { provider, name, urlMap: urlMap.id }));
  }

  #listen(port: string, proxy: { readonly id: string }): void {
    new ComputeGlobalForwardingRule(this, `port-${port}`, {
      provider: this.#project.provider,
      name: resourceName(this, port),
      target: proxy.id,
      ipAddress: this.publicAddress.id,
      ipProtocol: "TCP",
      portRange: port,
      loadBalancingScheme: SCHEME,
    });
  }

  #record(managedZone: string, hostname: string | undefined): void {
    const fix = "add 'hostname', or leave out 'dnsZone'";
    const name = needed(hostname, "a DNS record needs a hostname", fix, this);
    new DnsRecordSet(this, "record", {
      provider: this.#project.provider,
      managedZone,
      name: `${name}.`,
      type: "A",
      ttl: RECORD_SECONDS,
      rrdatas: [this.address],
      dependsOn: this.#project.apis("dns"),
    });
  }
}
