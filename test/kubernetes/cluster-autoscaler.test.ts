import { describe, expect, it } from "vitest";
import { only } from "../support/synth.js";
import { BARE, named, pod, synthWorkload } from "./support.js";

interface Rule {
  readonly api_groups: readonly string[];
  readonly resources: readonly string[];
  readonly resource_names?: readonly string[];
  readonly verbs: readonly string[];
}

describe("a cluster autoscaler (K3, K5)", () => {
  const stack = synthWorkload({ traits: BARE, clusterName: "coverage" });
  const [container] = pod(stack, "cluster-autoscaler").spec.container;

  it("takes nodes away that are less than half used for ten minutes, and packs what is left", () => {
    expect(container.command).toEqual([
      "./cluster-autoscaler",
      "--cloud-provider=aws",
      "--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/coverage",
      "--scale-down-utilization-threshold=0.5",
      "--scale-down-unneeded-time=10m",
      "--expander=least-waste",
      "--balance-similar-node-groups",
      "--leader-elect=true",
      "--namespace=kube-system",
    ]);
    expect(container.env).toEqual([{ name: "AWS_REGION", value: "eu-west-1" }]);
  });

  it("acts under the identity that the cloud made for it", () => {
    const account = named(stack, "service_account", "cluster-autoscaler");
    expect(account.metadata).toMatchObject({ namespace: "kube-system", annotations: BARE.autoscaler?.annotations });
  });

  it("may look at what it decides about, empty nodes, and change nothing else in the cluster", () => {
    const rules = only(stack, "kubernetes_cluster_role_v1").rule as readonly Rule[];
    expect(rules.flatMap(({ resources, verbs }) => [...resources, ...verbs])).not.toContain("*");
    const changed = rules.filter(({ verbs }) => verbs.some((verb) => !["get", "list", "watch"].includes(verb)));
    expect(changed.map(({ resources }) => resources)).toEqual([
      ["events"],
      ["nodes"],
      ["pods/eviction"],
      ["pods/status"],
    ]);
    expect(rules.flatMap(({ resources }) => resources)).not.toContain("secrets");
  });

  it("takes the lead by a lease of its own", () => {
    const rules = only(stack, "kubernetes_role_v1").rule as readonly Rule[];
    for (const { verbs, resource_names } of rules) {
      if (verbs.includes("update")) expect(resource_names).toEqual([expect.stringMatching(/^cluster-autoscaler/)]);
    }
    expect(rules).toContainEqual({
      api_groups: ["coordination.k8s.io"],
      resources: ["leases"],
      resource_names: ["cluster-autoscaler"],
      verbs: ["get", "update"],
    });
  });
});

it("takes other thresholds", () => {
  const stack = synthWorkload({
    traits: BARE,
    clusterName: "coverage",
    nodeScaling: { utilizationThreshold: 0.7, unneededMinutes: 30, expander: "most-pods" },
  });
  expect(pod(stack, "cluster-autoscaler").spec.container[0].command).toEqual(
    expect.arrayContaining([
      "--scale-down-utilization-threshold=0.7",
      "--scale-down-unneeded-time=30m",
      "--expander=most-pods",
    ]),
  );
});

it("is left to clusters that scale their nodes themselves", () => {
  expect(synthWorkload().json).not.toContain("cluster-autoscaler:");
});
