import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Capacity } from "../../lib/index.js";
import { planGroup } from "../../lib/workload/group-machine.js";

describe("planning a group of machines", () => {
  it("starts at two n1-standard-8 with both roles for the first band (II4, II5)", () => {
    const { machine, machines } = planGroup(["web", "worker"], Capacity.firstBand, true);
    expect(machine.name).toBe("n1-standard-8");
    expect(machines.min).toBe(2);
  });

  it("gives each role machines of its own size when they are apart (G7, II15)", () => {
    expect(planGroup(["web"], Capacity.firstBand, true).machine.name).toBe("n1-standard-4");
    expect(planGroup(["worker"], Capacity.firstBand, true).machine.name).toBe("n1-standard-8");
  });

  it("has a process for each CPU, so that a CPU target can be reached (F19)", () => {
    for (const roles of [["web", "worker"], ["web"], ["worker"]] as const) {
      const { machine, processes } = planGroup(roles, Capacity.firstBand, true);
      expect(processes.web + processes.worker).toBe(machine.vcpus);
    }
  });

  it("covers the load with one machine down, and never runs fewer than two (II17, F21)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (reportsPerMinute) => {
        const capacity = Capacity.forReportsPerMinute(reportsPerMinute);
        const { machines, processes } = planGroup(["web", "worker"], capacity, true);
        expect(machines.min).toBeGreaterThanOrEqual(2);
        expect(machines.max).toBeGreaterThan(machines.min);
        expect((machines.min - 1) * processes.worker).toBeGreaterThanOrEqual(capacity.roles.worker.replicas);
        expect((machines.min - 1) * processes.web).toBeGreaterThanOrEqual(capacity.roles.web.replicas);
      }),
    );
  });

  it("keeps nothing to spare and does not scale where it was told so (E1)", () => {
    expect(planGroup(["web", "worker"], Capacity.firstBand, false).machines).toEqual({ min: 1, max: 1 });
  });
});
