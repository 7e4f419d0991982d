import { describe, expect, it } from "vitest";
import { MACHINE_SIZES } from "../../lib/index.js";
import { type LocalPart, shareMemory } from "../../lib/workload/memory.js";

const DATA: readonly LocalPart[] = ["traefik", "postgres", "redis", "minio"];

describe("sharing one machine's memory", () => {
  it.each([
    ["n1-standard-4", DATA],
    ["n1-standard-8", DATA],
    ["n1-standard-8", ["traefik"]],
    ["n1-standard-4", []],
  ] as const)("never promises more than an %s with %j beside the service has", (name, parts) => {
    const machine = MACHINE_SIZES[name];
    for (let workers = 0; workers <= 4; workers++) {
      const limits = shareMemory(machine, { web: 2, worker: workers }, parts);
      const beside = parts.reduce((sum, part) => sum + limits[part], limits.statsd);
      const sum = beside + limits.web * 2 + limits.worker * workers;
      expect(sum).toBeLessThanOrEqual(machine.memoryGb * 1024 * 0.9);
      expect(sum).toBeGreaterThan(machine.memoryGb * 1024 * 0.85);
    }
  });

  it("fails when the containers do not fit, and names what would help", () => {
    expect(() => shareMemory(MACHINE_SIZES["n1-standard-8"], { web: 21, worker: 60 }, DATA)).toThrow(
      /^21 web and 60 worker containers do not fit one n1-standard-8 of 30 GB; .*LoadBalanced$/,
    );
  });
});
