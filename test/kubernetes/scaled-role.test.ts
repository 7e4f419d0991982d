import { describe, expect, it } from "vitest";
import { Capacity } from "../../lib/workload/capacity.js";
import { all } from "../support/synth.js";
import { named, synthWorkload } from "./support.js";

describe("a role that keeps running", () => {
  const stack = synthWorkload({ capacity: Capacity.forReportsPerMinute(100) });
  const autoscalers = all(stack, "kubernetes_horizontal_pod_autoscaler_v2");
  const autoscaler = (name: string) => autoscalers.find(({ metadata }) => (metadata as { name: string }).name === name);

  it("starts with the capacity's replicas, and is scaled by the autoscaler from then on", () => {
    const web = named(stack, "deployment", "web");
    expect(web.spec).toMatchObject({ replicas: "5" });
    expect(web.lifecycle).toEqual({ ignore_changes: ["spec[0].replicas"] });
    expect(autoscaler("web")?.spec).toMatchObject({ min_replicas: 5, max_replicas: 15 });
    expect(autoscaler("worker")?.spec).toMatchObject({ min_replicas: 12, max_replicas: 36 });
  });

  it("gets more pods above 80 % CPU, and loses them slowly (F19, F20)", () => {
    for (const { spec } of autoscalers) {
      expect(spec).toMatchObject({
        metric: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", average_utilization: 80 } } },
        ],
        behavior: { scale_down: [{ stabilization_window_seconds: 300 }] },
      });
    }
    expect(autoscalers.map(({ lifecycle }) => lifecycle)).toEqual([undefined, undefined]);
  });

  it("is replaced without ever being fewer, and keeps versions to go back to (F30, F33)", () => {
    for (const role of ["web", "worker"]) {
      const { spec, wait_for_rollout } = named(stack, "deployment", role);
      expect(spec).toMatchObject({
        strategy: { type: "RollingUpdate", rolling_update: { max_surge: "25%", max_unavailable: "0" } },
        revision_history_limit: 5,
      });
      expect(wait_for_rollout).toBe(true);
    }
    expect(named(stack, "deployment", "web").spec, "balancers see it first").toMatchObject({ min_ready_seconds: 30 });
  });

  it("loses one pod at a time to nodes that are emptied (F21)", () => {
    for (const role of ["web", "worker"]) {
      expect(named(stack, "pod_disruption_budget", role).spec).toEqual({
        max_unavailable: "1",
        selector: { match_labels: { "app.kubernetes.io/name": "coverstack", "app.kubernetes.io/component": role } },
      });
    }
  });
});

it("takes another share of CPU to scale at", () => {
  const [first] = all(synthWorkload({ targetCpuPercent: 60 }), "kubernetes_horizontal_pod_autoscaler_v2");
  expect(JSON.stringify(first)).toContain('"average_utilization":60');
});
