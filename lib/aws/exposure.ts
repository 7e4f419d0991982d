import { AutoscalingAttachment } from "@cdktf/provider-aws/lib/autoscaling-attachment";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { Exposure, ExposureProps } from "../cloud/cluster.js";
import { HEALTH_PATH } from "../workload/roles.js";
import { type AwsSource, allowBetween } from "./firewall.js";
import { AwsLoadBalancer, type AwsLoadBalancerOverrides } from "./load-balancer.js";
import type { AwsNetwork } from "./network.js";

export interface AwsExposureProps extends ExposureProps {
  readonly network: AwsNetwork;
  /** The nodes, and the part under which their rules are kept. */
  readonly nodes: AwsSource & Construct;
  /** Auto Scaling groups of the nodes that carry web pods. */
  readonly webGroups: readonly string[];
  readonly protect: boolean;
  /** Laid over the resources of the balancer. @default none */
  readonly loadBalancer?: AwsLoadBalancerOverrides | undefined;
}

/** The port that every node forwards to web pods from. */
const NODE_PORT = 30_080;
/** Requests that are under way when a node leaves have so long to end, seconds; more is not granted. */
const MOST_DRAIN_SECONDS = 3_600;

/** An Application Load Balancer before the web nodes: it needs no controller in the cluster. */
export class AwsExposure extends Construct implements Exposure {
  readonly ingress = undefined;
  readonly balancer: AwsLoadBalancer;
  readonly targetGroup: LbTargetGroup;
  readonly service = { type: "NodePort", nodePort: NODE_PORT, annotations: {} } as const;

  constructor(scope: Construct, id: string, provider: AwsProvider, props: AwsExposureProps) {
    super(scope, id);
    const { network, nodes, webGroups, requestSeconds } = props;
    this.balancer = new AwsLoadBalancer(this, "balancer", provider, props, props.loadBalancer);
    this.targetGroup = new LbTargetGroup(this, "target-group", {
      provider,
      namePrefix: "cover-",
      vpcId: network.vpcId,
      targetType: "instance",
      protocol: "HTTP",
      port: NODE_PORT,
      deregistrationDelay: `${Math.min(requestSeconds, MOST_DRAIN_SECONDS)}`,
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: { path: HEALTH_PATH, matcher: "200", interval: 10, timeout: 5, healthyThreshold: 2 },
      tags: { Name: this.node.path },
      lifecycle: { createBeforeDestroy: true },
    });
    this.balancer.listener.putDefaultAction([{ type: "forward", targetGroupArn: this.targetGroup.arn }]);
    for (const [i, autoscalingGroupName] of webGroups.entries()) {
      new AutoscalingAttachment(this, `attachment-${i}`, {
        provider,
        autoscalingGroupName,
        lbTargetGroupArn: this.targetGroup.arn,
        // New nodes take requests before the old ones stop to.
        lifecycle: { createBeforeDestroy: true },
      });
    }
    allowBetween(this.balancer, { securityGroup: nodes.securityGroup, scope: nodes }, NODE_PORT, provider);
  }

  get address(): string {
    return this.balancer.address;
  }
}
