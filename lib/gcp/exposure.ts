import { ComputeInstanceGroupNamedPortA } from "@cdktf/provider-google/lib/compute-instance-group-named-port";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import type { Exposure, ExposureProps } from "../cloud/cluster.js";
import { HEALTH_PATH } from "../workload/roles.js";
import type { GcpFirewall } from "./firewall.js";
import { GcpLoadBalancer, type GcpLoadBalancerOverrides } from "./load-balancer.js";
import type { GcpProject } from "./project.js";

/** The port of every node behind which the web service answers. */
const NODE_PORT = 30_080;
const PORT_NAME = "web";
const DRAIN_SECONDS = 300;
/** Where a zone stands in `https://www.googleapis.com/compute/v1/projects/P/zones/Z/instanceGroups/NAME`. */
const ZONE_STEP = 8;

export interface Nodes {
  /** URLs of the instance groups of the nodes that web pods run on. */
  readonly instanceGroups: readonly string[];
  readonly firewall: GcpFirewall;
  readonly protect: boolean;
}

/**
 * A load balancer in front of the nodes' port. An Ingress of GKE would do without that port, but takes who may call and
 * how long a request may last from objects of its own that only the cluster knows.
 */
export function expose(
  scope: Construct,
  id: string,
  project: GcpProject,
  { instanceGroups, firewall, protect }: Nodes,
  props: ExposureProps,
  overrides: GcpLoadBalancerOverrides | undefined,
): Exposure {
  const balancer = new GcpLoadBalancer(scope, id, project, { ...props, protect }, overrides);
  for (const [i, group] of instanceGroups.entries()) {
    new ComputeInstanceGroupNamedPortA(balancer, `named-port-${i}`, {
      provider: project.provider,
      group,
      zone: Fn.element(Fn.split("/", group), ZONE_STEP),
      name: PORT_NAME,
      port: NODE_PORT,
    });
  }
  firewall.allowFromBalancers(NODE_PORT);
  balancer.addInstanceGroups(
    { urls: instanceGroups, portName: PORT_NAME },
    { port: NODE_PORT, healthPath: HEALTH_PATH, drainSeconds: DRAIN_SECONDS },
  );
  return { service: { type: "NodePort", nodePort: NODE_PORT, annotations: {} }, address: balancer.address };
}
