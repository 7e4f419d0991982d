import { Lb, type LbConfig } from "@cdktf/provider-aws/lib/lb";
import { LbListener, type LbListenerDefaultAction } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup, type LbTargetGroupConfig } from "@cdktf/provider-aws/lib/lb-target-group";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct, type IConstruct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { BalancerTarget, LoadBalancer, LoadBalancerProps } from "../cloud/load-balancer.js";
import { pathFrom } from "../cloud/path-from.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { BalancerCertificate, checkTls } from "./certificate.js";
import { type AwsSource, allowBetween, allowRange, securityGroup } from "./firewall.js";
import type { AwsMachineGroup } from "./machine-group.js";
import type { AwsNetwork } from "./network.js";

/** Laid over the resources of every load balancer, key by key. */
export interface AwsLoadBalancerOverrides {
  readonly loadBalancer?: DeepPartial<Omit<LbConfig, "subnets" | "securityGroups">>;
  readonly targetGroup?: DeepPartial<Omit<LbTargetGroupConfig, "vpcId" | "port">>;
}

/** The longest that a load balancer waits for a quiet connection. */
const MOST_REQUEST_SECONDS = 4_000;
const MOST_DRAIN_SECONDS = 3_600;
/** TLS 1.3, and 1.2 with forward secrecy for older CI images. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";
/** AWS completes six characters at most. */
const NAME_PREFIX = "cover-";

/** An Application Load Balancer. */
export class AwsLoadBalancer extends Construct implements LoadBalancer<AwsMachineGroup>, AwsSource {
  readonly securityGroup: SecurityGroup;
  readonly loadBalancer: Lb;
  /** Answers requests: over HTTPS, or over HTTP where there is no certificate. */
  readonly listener: LbListener;
  readonly targetGroups: LbTargetGroup[] = [];
  readonly #provider: AwsProvider;
  readonly #vpcId: string;
  readonly #overrides: AwsLoadBalancerOverrides;

  /** @throws CoverstackError without two public subnets, without a source for the certificate, or on times out of range */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: LoadBalancerProps<AwsNetwork>,
    overrides: AwsLoadBalancerOverrides = {},
  ) {
    super(scope, id);
    const { network, hostname, tls, allowFrom, requestSeconds, protect } = props;
    this.#provider = provider;
    this.#vpcId = network.vpcId;
    this.#overrides = overrides;
    checkPublicZones(network, this);
    checkWhole(requestSeconds, "requestSeconds", { unit: "seconds", least: 1, most: MOST_REQUEST_SECONDS }, this);
    checkTls(props, provider.region, this);
    this.securityGroup = securityGroup(this, provider, network.vpcId);
    for (const cidr of allowFrom) {
      for (const port of tls ? [443, 80] : [80]) allowRange(this, "from", cidr, port, provider);
    }
    const tags = { Name: this.node.path };
    const config: LbConfig = {
      provider,
      namePrefix: NAME_PREFIX,
      loadBalancerType: "application",
      internal: false,
      subnets: network.publicSubnets.map(({ id }) => id),
      securityGroups: [this.securityGroup.id],
      idleTimeout: requestSeconds,
      dropInvalidHeaderFields: true,
      tags,
      lifecycle: { preventDestroy: protect },
      dependsOn: [...network.internetAccess],
    };
    this.loadBalancer = new Lb(this, "load-balancer", merge(config, overrides.loadBalancer));
    const common = { provider, loadBalancerArn: this.loadBalancer.arn, tags };
    const defaultAction = [NOTHING_YET];
    if (tls) {
      const { arn } = new BalancerCertificate(this, "certificate", provider, { hostname, tls });
      const secure = { port: 443, protocol: "HTTPS", sslPolicy: TLS_POLICY, certificateArn: arn };
      this.listener = new LbListener(this, "https", { ...common, ...secure, defaultAction });
      new LbListener(this, "http", { ...common, port: 80, protocol: "HTTP", defaultAction: [TO_HTTPS] });
    } else {
      this.listener = new LbListener(this, "http", { ...common, port: 80, protocol: "HTTP", defaultAction });
    }
    if (tls?.dnsZone !== undefined && hostname !== undefined) this.#record(tls.dnsZone, hostname);
  }

  get address(): string {
    return this.loadBalancer.dnsName;
  }

  addTarget(group: AwsMachineGroup, { port, healthPath, drainSeconds }: BalancerTarget): void {
    checkWhole(drainSeconds, "drainSeconds", { unit: "seconds", least: 0, most: MOST_DRAIN_SECONDS }, this);
    const name = pathFrom(this, group);
    const config: LbTargetGroupConfig = {
      provider: this.#provider,
      namePrefix: NAME_PREFIX,
      vpcId: this.#vpcId,
      targetType: "instance",
      protocol: "HTTP",
      port,
      deregistrationDelay: `${drainSeconds}`,
      // Uploads take unequally long.
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: {
        path: healthPath,
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      tags: { Name: `${this.node.path}/${name}` },
      lifecycle: { createBeforeDestroy: true },
    };
    const target = new LbTargetGroup(this, `target-${name}`, merge(config, this.#overrides.targetGroup));
    this.targetGroups.push(target);
    const targetGroup = this.targetGroups.map(({ arn }) => ({ arn, weight: 1 }));
    this.listener.putDefaultAction([{ type: "forward", forward: { targetGroup } }]);
    group.register(target.arn);
    allowBetween(this, { securityGroup: group.securityGroup, scope: group }, port, this.#provider);
  }

  #record(zoneId: string, name: string): void {
    const { dnsName, zoneId: aliasZone } = this.loadBalancer;
    new Route53Record(this, "dns-record", {
      provider: this.#provider,
      zoneId,
      name,
      type: "A",
      alias: { name: dnsName, zoneId: aliasZone, evaluateTargetHealth: true },
    });
  }
}

const NOTHING_YET: LbListenerDefaultAction = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "503", messageBody: "no machines yet" },
};

const TO_HTTPS: LbListenerDefaultAction = {
  type: "redirect",
  redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" },
};

function checkPublicZones({ publicSubnets }: AwsNetwork, scope: IConstruct): void {
  if (publicSubnets.length >= 2) return;
  throw new CoverstackError(
    {
      what: "a load balancer needs public subnets in two zones",
      given: publicSubnets.length,
      fix: "give the network 'zones' 2 or 3, or name the public subnets that you bring",
    },
    scope,
  );
}
