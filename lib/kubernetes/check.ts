import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { KubernetesWorkloadProps } from "./props.js";

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const CLUSTERS_OWN = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** @throws CoverstackError on what no cluster would take, or what would hit more than the workload */
export function checkWorkload(scope: IConstruct, props: KubernetesWorkloadProps): void {
  const { namespace, targetCpuPercent, secretsRevision, traits, clusterName } = props;
  if (namespace !== undefined && !Token.isUnresolved(namespace)) checkNamespace(scope, namespace);
  checkWhole(scope, "targetCpuPercent", targetCpuPercent, 100);
  checkWhole(scope, "secretsRevision", secretsRevision, Number.MAX_SAFE_INTEGER);
  if (traits?.autoscaler && clusterName === undefined) {
    const fix = "pass what the cloud calls the cluster";
    throw new CoverstackError({ what: "a cluster autoscaler needs 'clusterName', to find its own nodes", fix }, scope);
  }
}

function checkNamespace(scope: IConstruct, namespace: string): void {
  if (!DNS_LABEL.test(namespace)) {
    const allowed = "lower-case letters, digits and hyphens within, at most 63";
    throw new CoverstackError({ what: "'namespace' must be a DNS label", given: namespace, allowed }, scope);
  }
  if (CLUSTERS_OWN.includes(namespace)) {
    const fix = "name one for the workload alone: it is made, limited and closed to others";
    throw new CoverstackError({ what: "'namespace' must not be the cluster's own", given: namespace, fix }, scope);
  }
}

function checkWhole(scope: IConstruct, name: string, value: number | undefined, most: number): void {
  if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= 1 && value <= most))
    return;
  const allowed = most === Number.MAX_SAFE_INTEGER ? "1 or more" : `1 to ${most}`;
  throw new CoverstackError({ what: `'${name}' must be a whole number`, given: value, allowed }, scope);
}
