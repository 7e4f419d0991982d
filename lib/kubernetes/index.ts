export type { ClusterTraits, Exposure, IngressRule } from "../cloud/cluster.js";
export { Kubernetes, type KubernetesProps } from "../strategies/kubernetes.js";
export { type SecretText, type SecretVariable, secretText } from "../workload/secret-text.js";
export type { NodeScaling } from "./cluster-autoscaler.js";
export type { Configuration } from "./configuration.js";
export type { KubernetesOverrides, RoleOverrides } from "./overrides.js";
export {
  DEFAULT_NAMESPACE,
  type KubernetesWorkloadProps,
  type PodMarks,
  type WorkloadImage,
} from "./props.js";
export type { PullCredentials } from "./pull-secret.js";
export { KubernetesWorkload } from "./workload.js";
