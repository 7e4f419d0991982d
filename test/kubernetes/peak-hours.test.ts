import { describe, expect, it } from "vitest";
import { PeakHours } from "../../lib/workload/peak-hours.js";
import { all, only } from "../support/synth.js";
import { named, type Pod, synthWorkload } from "./support.js";

describe("peak hours (F19)", () => {
  const stack = synthWorkload({
    peakHours: { web: new PeakHours({ timeZone: "Europe/Berlin", from: 8, to: 18, min: 4 }), worker: undefined },
  });
  const command = (name: string) => {
    const { job_template } = named(stack, "cron_job", name).spec as { job_template: { spec: { template: Pod } } };
    return (job_template.spec.template.spec.container[0].args as string[])
      .slice(0, 3)
      .concat((job_template.spec.template.spec.container[0].args as string[]).slice(-1));
  };

  it("begin and end by the clock of the place", () => {
    expect(named(stack, "cron_job", "web-peak-hours-begin").spec).toMatchObject({
      schedule: "0 8 * * MON,TUE,WED,THU,FRI",
      timezone: "Europe/Berlin",
    });
    expect(named(stack, "cron_job", "web-peak-hours-end").spec).toMatchObject({
      schedule: "0 18 * * MON,TUE,WED,THU,FRI",
    });
  });

  it("raise the autoscaler's minimum, and set it back", () => {
    expect(command("web-peak-hours-begin")).toEqual(["patch", "hpa", "web", '--patch={"spec":{"minReplicas":4}}']);
    expect(command("web-peak-hours-end")).toEqual(["patch", "hpa", "web", '--patch={"spec":{"minReplicas":2}}']);
  });

  it("may change that one autoscaler, and nothing else", () => {
    expect(only(stack, "kubernetes_role_v1").rule).toEqual([
      {
        api_groups: ["autoscaling"],
        resources: ["horizontalpodautoscalers"],
        resource_names: [expect.stringMatching(/kubernetes_horizontal_pod_autoscaler_v2\.coverage_web_autoscaler_/)],
        verbs: ["get", "patch"],
      },
    ]);
    expect(only(stack, "kubernetes_role_binding_v1").subject).toMatchObject([{ kind: "ServiceAccount" }]);
  });

  it("are not set back by Terraform, where they are", () => {
    const lifecycles = all(stack, "kubernetes_horizontal_pod_autoscaler_v2").map(({ lifecycle }) => lifecycle);
    expect(lifecycles).toEqual([{ ignore_changes: ["spec[0].min_replicas"] }, undefined]);
  });
});

it("never lower the minimum of hours that are no peak", () => {
  const hours = new PeakHours({ timeZone: "UTC", from: 8, to: 18, min: 1 });
  expect(synthWorkload({ peakHours: { worker: hours } }).json).toContain('{\\"minReplicas\\":3}');
});

it("refuse a minimum above what autoscaling may reach", () => {
  const hours = new PeakHours({ timeZone: "UTC", from: 8, to: 18, min: 7 });
  expect(() => synthWorkload({ peakHours: { web: hours } })).toThrow(
    /minimum of web in peak hours.*got 7; allowed: up to 6/,
  );
});
