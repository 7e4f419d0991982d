export type { Cloud, CloudName, Parts } from "./cloud/cloud.js";
export type {
  Cluster,
  ClusterProps,
  Exposure,
  ExposureProps,
  IngressRule,
  NodePoolProps,
  PodIdentity,
} from "./cloud/cluster.js";
export { type BroughtServerOptions, type Database, type DatabaseProps, Postgres } from "./cloud/database.js";
export type { Identity, TrafficSource } from "./cloud/identity.js";
export { Ingress, type IngressControllerProps } from "./cloud/ingress.js";
export type { BalancerTarget, BalancerTls, LoadBalancer, LoadBalancerProps } from "./cloud/load-balancer.js";
export type { DataDisk, Machine, MachineProps } from "./cloud/machine.js";
export type { MachineGroup, MachineGroupProps } from "./cloud/machine-group.js";
export type { Network, NetworkProps, NetworkReach } from "./cloud/network.js";
export {
  type MinioProps,
  type ObjectStore,
  type ObjectStoreProps,
  S3Store,
  type S3StoreProps,
} from "./cloud/object-store.js";
export { type Redis, type RedisProps, RedisServer } from "./cloud/redis.js";
export type { Registry } from "./cloud/registry.js";
export type { Secret, SecretProps } from "./cloud/secret.js";
export { type Complaint, CoverstackError } from "./errors.js";
export type { DeepPartial } from "./merge.js";
export type { DataProps } from "./strategies/data.js";
export { KubernetesPlatform, type KubernetesPlatformProps } from "./strategies/kubernetes-platform.js";
export { type GroupName, LoadBalanced, type LoadBalancedProps } from "./strategies/load-balanced.js";
export type { PublicProps } from "./strategies/public-props.js";
export type { ServiceProps } from "./strategies/service-props.js";
export { SingleVm, type SingleVmProps } from "./strategies/single-vm.js";
export {
  Capacity,
  type CapacityOverrides,
  type DatabaseCapacity,
  type RoleCapacities,
  type RoleCapacity,
  type UploadLoad,
} from "./workload/capacity.js";
export type { Endpoint, Reach } from "./workload/endpoint.js";
export {
  DATABASE_SIZES,
  type DatabaseSizeName,
  MACHINE_SIZES,
  type MachineSize,
  type MachineSizeName,
} from "./workload/machine-size.js";
export { PeakHours, type Weekday } from "./workload/peak-hours.js";
export type { Profile } from "./workload/profile.js";
export type { ComposeFile, ComposeService } from "./workload/rendering/compose.js";
export type { MachineFacts } from "./workload/rendering/machine-facts.js";
export type { Role, ScaledRole } from "./workload/roles.js";
export { SecretReference } from "./workload/secret-reference.js";
export type { GithubApp, SettingsOverrides } from "./workload/service.js";
export {
  type BundledOptions,
  type ImageBuilder,
  type RegistryOptions,
  ServiceImage,
} from "./workload/service-image.js";
export type { BucketSettings, ObjectStoreSettings, ServiceSettings } from "./workload/service-settings.js";
export { type AcmeTls, type SecretTls, Tls } from "./workload/tls.js";
