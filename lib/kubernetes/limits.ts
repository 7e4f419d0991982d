import { LimitRangeV1, type LimitRangeV1Config } from "@cdktf/provider-kubernetes/lib/limit-range-v1";
import { ResourceQuotaV1, type ResourceQuotaV1Config } from "@cdktf/provider-kubernetes/lib/resource-quota-v1";
import { type DeepPartial, merge } from "../merge.js";
import { labels, type Place } from "./place.js";
import { cores, mebibytes, type Resources } from "./resources.js";

export type LimitRangeOverrides = DeepPartial<LimitRangeV1Config>;
export type QuotaOverrides = DeepPartial<ResourceQuotaV1Config>;

/** For whatever else is started in the namespace: nothing runs without request and limit (K10). */
export function limitRange({ scope, provider, namespace }: Place, overrides?: LimitRangeOverrides): LimitRangeV1 {
  const config: LimitRangeV1Config = {
    provider,
    metadata: { name: "defaults", namespace, labels: labels() },
    spec: {
      limit: [
        {
          type: "Container",
          default: { cpu: "500m", memory: "256Mi" },
          defaultRequest: { cpu: "100m", memory: "256Mi" },
        },
      ],
    },
  };
  return new LimitRangeV1(scope, "limit-range", merge(config, overrides));
}

/** Twice what autoscaling may reach: a roll-out, with pods that come and pods that go, stays below it. */
const HEADROOM = 2;
/** Statsd, migrations, schedules and a shell to look around. */
const BESIDES: Resources = { cpu: { request: 2000, limit: 4000 }, memory: 4096 };
const PODS_BESIDES = 20;

/** Keeps a mistake in this namespace from taking the cluster. */
export function quota(
  { scope, provider, namespace }: Place,
  roles: readonly { readonly max: number; readonly resources: Resources }[],
  overrides?: QuotaOverrides,
): ResourceQuotaV1 {
  const sum = (of: (resources: Resources) => number) =>
    roles.reduce((total, { max, resources }) => total + HEADROOM * max * of(resources), of(BESIDES));
  const memory = mebibytes(sum((resources) => resources.memory));
  const config: ResourceQuotaV1Config = {
    provider,
    metadata: { name: "quota", namespace, labels: labels() },
    spec: {
      hard: {
        pods: `${roles.reduce((total, { max }) => total + HEADROOM * max, PODS_BESIDES)}`,
        "requests.cpu": cores(sum(({ cpu }) => cpu.request)),
        "requests.memory": memory,
        "limits.cpu": cores(sum(({ cpu }) => cpu.limit)),
        "limits.memory": memory,
      },
    },
  };
  return new ResourceQuotaV1(scope, "quota", merge(config, overrides));
}
