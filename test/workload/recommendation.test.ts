import { describe, expect, it } from "vitest";
import { Capacity } from "../../lib/workload/capacity.js";
import { recommend } from "../../lib/workload/recommendation.js";

const strategy = (reports: number, uptime = false) => recommend(Capacity.forReportsPerMinute(reports), uptime).strategy;

describe("the recommended strategy (G2)", () => {
  it.each([
    [1, false, "single-vm"],
    [25, false, "single-vm"],
    [25, true, "load-balanced"],
    [26, false, "load-balanced"],
    [250, true, "load-balanced"],
    [251, false, "kubernetes"],
    [10_000, true, "kubernetes"],
  ])("for %s reports per minute, uptime %s, is %s", (reports, uptime, expected) => {
    expect(strategy(reports, uptime)).toBe(expected);
  });

  it("weighs large reports, not only their number (F16)", () => {
    const large = Capacity.forUploads({ uploadsPerHour: 1_200, averageReportMb: 10 });
    expect(recommend(large, false).strategy).toBe("load-balanced");
  });

  it("says why, in words that fit the load", () => {
    expect(recommend(Capacity.firstBand, true).reason).toContain("it has to stay up");
    expect(recommend(Capacity.codacy, false).reason).toContain("beyond one machine");
    expect(recommend(Capacity.firstBand, false).reason).toContain("losing its disk loses the data");
  });

  it("plans one machine, two or more shared ones, or nodes for each role (I5, II5, F21)", () => {
    const machines = [Capacity.firstBand, Capacity.codacy, Capacity.forReportsPerMinute(500)].map((capacity) =>
      recommend(capacity, false).machines.map(({ name, size }) => `${name}: ${size.name}`),
    );
    expect(machines).toEqual([
      ["machine: n1-standard-8"],
      ["machines: n1-standard-8"],
      ["web nodes: n1-standard-4", "worker nodes: n1-standard-8"],
    ]);
    const shared = recommend(Capacity.firstBand, true).machines[0];
    expect(shared.min).toBeGreaterThanOrEqual(2);
    expect(shared.max).toBeGreaterThan(shared.min);
  });
});
