export type { NodeScaling } from "./cluster-autoscaler.js";
export type { Configuration } from "./configuration.js";
export type { KubernetesOverrides, RoleOverrides } from "./overrides.js";
export type { PullCredentials } from "./pull-secret.js";
export {
  DEFAULT_NAMESPACE,
  KubernetesWorkload,
  type KubernetesWorkloadProps,
  type PodMarks,
  type WorkloadImage,
} from "./workload.js";
