import { describe, expect, it } from "vitest";
import { Capacity, MACHINE_SIZES } from "../../lib/index.js";
import { shareMemory } from "../../lib/workload/memory.js";

describe("sharing one machine's memory", () => {
  it.each(["n1-standard-4", "n1-standard-8"] as const)("never promises more than an %s has", (name) => {
    const machine = MACHINE_SIZES[name];
    for (let workers = 1; workers <= 4; workers++) {
      const capacity = Capacity.forReportsPerMinute(25, { worker: { replicas: workers } });
      const limits = shareMemory(machine, capacity);
      const { migrate: _beforeTheRest, web, worker, ...single } = limits;
      const service = web * capacity.roles.web.replicas + worker * workers;
      const sum = Object.values(single).reduce((a, b) => a + b, service);
      expect(sum).toBeLessThanOrEqual(machine.memoryGb * 1024 * 0.9);
      expect(sum).toBeGreaterThan(machine.memoryGb * 1024 * 0.85);
    }
  });

  it("fails when the containers do not fit, and names what would help", () => {
    const capacity = Capacity.forReportsPerMinute(500);
    expect(() => shareMemory(MACHINE_SIZES["n1-standard-8"], capacity)).toThrow(
      /^21 web and 60 worker containers do not fit one n1-standard-8 of 30 GB; .*LoadBalanced$/,
    );
  });
});
