import { describe, expect, it } from "vitest";
import { Capacity, MACHINE_SIZES } from "../../lib/index.js";

describe("capacity by reports per minute (G5)", () => {
  it("keeps 25 in the first band and starts the second at 26 (G6)", () => {
    const [first, second] = [25, 26].map((reports) => Capacity.forReportsPerMinute(reports));
    expect([first.upTo, second.upTo]).toEqual([25, 50]);
    expect(first.roles).toEqual(Capacity.forReportsPerMinute(1).roles);
    expect(second.roles.worker.replicas).toBeGreaterThan(first.roles.worker.replicas);
  });

  it("means web for n1-standard-4 and workers for n1-standard-8 (G7)", () => {
    const { web, worker } = Capacity.forReportsPerMinute(25).roles;
    expect(web.machine).toEqual({ name: "n1-standard-4", vcpus: 4, memoryGb: 15 });
    expect(worker.machine).toEqual({ name: "n1-standard-8", vcpus: 8, memoryGb: 30 });
  });

  it("never shrinks as the load grows", () => {
    let previous = Capacity.forReportsPerMinute(1).roles;
    for (let reports = 2; reports <= 500; reports++) {
      const { roles } = Capacity.forReportsPerMinute(reports);
      expect(roles.worker.replicas).toBeGreaterThanOrEqual(previous.worker.replicas);
      expect(roles.web.replicas).toBeGreaterThanOrEqual(previous.web.replicas);
      previous = roles;
    }
  });

  it("can be overridden for each role, part by part (G8)", () => {
    const capacity = Capacity.forReportsPerMinute(25).with({ worker: { replicas: 5 } });
    expect(capacity.roles.worker).toEqual({ machine: MACHINE_SIZES["n1-standard-8"], replicas: 5 });
    expect(capacity.roles.web).toEqual(Capacity.forReportsPerMinute(25).roles.web);
    expect(Capacity.forReportsPerMinute(25, { worker: { replicas: 5 } })).toEqual(capacity);
  });

  it("gives its reasons", () => {
    const { reasoning } = Capacity.forReportsPerMinute(60).with({ web: { replicas: 9 } });
    expect(reasoning[0]).toBe("60 reports per minute: the band up to 75");
    expect(reasoning.at(-1)).toBe("web set by hand: 9 on n1-standard-4");
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 10_001])("fails for %s reports per minute", (reports) => {
    expect(() => Capacity.forReportsPerMinute(reports)).toThrow("above 0, at most 10000");
  });

  it.each([0, 1.5, 1001])("fails for %s replicas", (replicas) => {
    const capacity = Capacity.forReportsPerMinute(25);
    expect(() => capacity.with({ web: { replicas } })).toThrow(
      `replicas of web must be a whole number, got ${replicas}`,
    );
  });
});
