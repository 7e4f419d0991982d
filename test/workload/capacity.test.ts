import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Capacity } from "../../lib/workload/capacity.js";
import { DATABASE_SIZES, MACHINE_SIZES } from "../../lib/workload/machine-size.js";

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

  it("never shrinks as the load grows, and never refuses what it says it takes", () => {
    let previous = Capacity.forReportsPerMinute(1);
    for (const reports of [...Array(500).keys()].map((i) => i + 2).concat(1_000, 5_000, 10_000)) {
      const next = Capacity.forReportsPerMinute(reports);
      for (const role of ["web", "worker"] as const) {
        expect(next.roles[role].replicas).toBeGreaterThanOrEqual(previous.roles[role].replicas);
        expect(next.roles[role].max).toBeGreaterThanOrEqual(next.roles[role].replicas);
      }
      expect(next.database.size.vcpus).toBeGreaterThanOrEqual(previous.database.size.vcpus);
      expect(next.database.storageGb).toBeGreaterThanOrEqual(previous.database.storageGb);
      expect(next.redisGb).toBeGreaterThanOrEqual(previous.redisGb);
      previous = next;
    }
  });

  it.each([
    [25, "database-2"],
    [50, "database-2"],
    [51, "database-4"],
    [100, "database-4"],
    [101, "database-8"],
    [10_000, "database-8"],
  ])("gives %s reports per minute the database %s", (reports, name) => {
    expect(Capacity.forReportsPerMinute(reports).database.size.name).toBe(name);
  });

  it("says where the largest database preset is too small", () => {
    expect(Capacity.forReportsPerMinute(225).reasoning.join()).toContain("name the cloud's own class");
    expect(Capacity.forReportsPerMinute(200).reasoning.join()).not.toContain("name the cloud's own class");
  });

  it("gives its reasons", () => {
    const { reasoning } = Capacity.forReportsPerMinute(60).with({ web: { replicas: 9 } });
    expect(reasoning[0]).toBe("60 reports per minute: the band up to 75");
    expect(reasoning.at(-1)).toBe("web set by hand: 9 on n1-standard-4");
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 10_001])("fails for %s reports per minute", (reports) => {
    expect(() => Capacity.forReportsPerMinute(reports)).toThrow("above 0, at most 10000");
  });
});

describe("capacity by uploads (F11)", () => {
  const load = { uploadsPerHour: 600, averageReportMb: 2, growthPerYear: 0.5, years: 2 };

  it("is sized for the busiest hour at the end of the years planned for", () => {
    const capacity = Capacity.forUploads(load);
    expect(capacity.reportsPerMinute).toBe(22.5);
    expect(capacity.roles).toEqual(Capacity.forReportsPerMinute(22.5).roles);
    expect(Capacity.forUploads({ ...load, years: 3 }).reportsPerMinute).toBe(33.75);
    expect(capacity.reasoning[0]).toBe(
      "600 uploads in the busiest hour, growing by 50 % a year for 2 years: 22.5 reports per minute",
    );
  });

  it("takes one year without growth unless told otherwise", () => {
    const capacity = Capacity.forUploads({ uploadsPerHour: 1_500, averageReportMb: 2 });
    expect({ ...capacity, reasoning: [] }).toEqual({ ...Capacity.firstBand, reasoning: [] });
  });

  it("keeps what all the years bring", () => {
    const [one, two] = [1, 2].map((years) => Capacity.forUploads({ uploadsPerHour: 3_000, averageReportMb: 2, years }));
    expect(two.objectStoreGb).toBe(2 * one.objectStoreGb);
    expect(two.database.storageGb).toBeGreaterThan(1.9 * one.database.storageGb);
    expect(two.roles).toEqual(one.roles);
  });

  it("counts reports above 5 MB as several (F16)", () => {
    const [small, usual, large] = [1, 5, 20].map((averageReportMb) =>
      Capacity.forUploads({ ...load, averageReportMb }),
    );
    expect(small.roles).toEqual(usual.roles);
    expect(large.roles.worker.replicas).toBe(4 * usual.roles.worker.replicas);
    expect(large.reasoning[1]).toBe("reports of 20 MB count 4 times: a band is meant for 5 MB each");
  });

  it.each([
    [{ uploadsPerHour: 0 }, "uploadsPerHour must be a number, got 0; allowed: above 0"],
    [{ uploadsPerHour: 600_001 }, "uploadsPerHour must be a number"],
    [{ averageReportMb: -1 }, "averageReportMb must be a number, got -1"],
    [{ averageReportMb: Number.NaN }, "averageReportMb must be a number"],
    [{ growthPerYear: -0.1 }, "growthPerYear must be a number, got -0.1; allowed: 0 or more"],
    [{ growthPerYear: 30 }, "30 % is 0.3"],
    [{ years: 0 }, "years must be a whole number, got 0; allowed: 1 to 3"],
    [{ years: 1.5 }, "years must be a whole number"],
    [{ uploadsPerHour: 500_000 }, "reports per minute after growth must be a number"],
  ])("fails for %j", (wrong, message) => {
    expect(() => Capacity.forUploads({ ...load, ...wrong })).toThrow(message);
  });
});

describe("preset capacities", () => {
  it("starts with the first band: n1-standard-8 machines (G6, II5)", () => {
    expect(Capacity.firstBand).toEqual(Capacity.forReportsPerMinute(25));
    expect(Capacity.firstBand.largestMachine).toEqual(MACHINE_SIZES["n1-standard-8"]);
  });

  it("tries out with one container of each role and no autoscaling (E1)", () => {
    const { web, worker } = Capacity.trial.roles;
    expect([web.replicas, web.max, worker.replicas, worker.max]).toEqual([1, 1, 1, 1]);
  });

  it("stays up with three of each role and autoscaling (E2)", () => {
    const { web, worker } = Capacity.highlyAvailable.roles;
    expect([web.replicas, web.max, worker.replicas, worker.max]).toEqual([3, 9, 3, 9]);
  });

  it("knows a large organisation's 3 000 in the busiest hour and 30 000 a day (K1)", () => {
    const { reportsPerMinute, upTo, database } = Capacity.codacy;
    expect([reportsPerMinute, upTo]).toEqual([50, 50]);
    expect(database.storageGb).toBe(Math.ceil((30_000 * 365 * 8) / 1e6));
  });
});

describe("the sizing guide", () => {
  const guide = readFileSync("docs/library/sizing.md", "utf8");

  it.each(["trial", "firstBand", "highlyAvailable", "codacy"] as const)("says what the preset %s is", (name) => {
    const { roles, database } = Capacity[name];
    const cells = [roles.web, roles.worker].map(({ replicas, max }) =>
      replicas === max ? `${replicas}, no autoscaling` : `${replicas}, up to ${max}`,
    );
    expect(guide).toContain(`| \`Capacity.${name}\` | ${cells.join(" | ")} | \`${database.size.name}\` |`);
  });
});

describe("capacity set by hand (G8)", () => {
  const capacity = Capacity.firstBand;

  it("replaces parts of a role and leaves the rest, with the ceiling as far above as before", () => {
    const changed = capacity.with({ worker: { replicas: 5 } });
    expect(changed.roles.worker).toEqual({ machine: MACHINE_SIZES["n1-standard-8"], replicas: 5, max: 15 });
    expect(changed.roles.web).toEqual(capacity.roles.web);
    expect(Capacity.forReportsPerMinute(25, { worker: { replicas: 5 } })).toEqual(changed);
    expect(Capacity.trial.with({ web: { replicas: 2 } }).roles.web.max).toBe(2);
  });

  it("replaces database, Redis and objects, and says so", () => {
    const size = DATABASE_SIZES["database-8"];
    const changed = capacity.with({ database: { size }, redisGb: 4, objectStoreGb: 9_000 });
    expect(changed.database).toEqual({ size, storageGb: capacity.database.storageGb });
    expect([changed.redisGb, changed.objectStoreGb]).toEqual([4, 9_000]);
    expect(changed.reasoning.slice(-3)).toEqual([
      `database set by hand: database-8 with ${capacity.database.storageGb} GB`,
      "Redis set by hand: 4 GB",
      "objects set by hand: 9000 GB",
    ]);
    expect(capacity).toEqual(Capacity.forReportsPerMinute(25));
  });

  it("is data that prints", () => {
    expect(JSON.parse(JSON.stringify(capacity))).toEqual({ ...capacity });
  });

  it.each([0, 1.5, 5001, Number.NaN])("fails for %s replicas", (replicas) => {
    expect(() => capacity.with({ web: { replicas } })).toThrow("replicas of web must be a whole number");
  });

  it.each([
    [{ web: { max: 1 } }, "max of web is below its replicas, got 1"],
    [{ worker: { machine: { vcpus: 0 } } }, "machine of worker must say its name, vcpus and memoryGb"],
    [{ database: { size: { name: "" } } }, 'DATABASE_SIZES["database-2"]'],
    [{ database: { storageGb: 0 } }, "storageGb of the database must be a whole number, got 0"],
    [{ redisGb: 0 }, "redisGb must be a number, got 0"],
    [{ objectStoreGb: -1 }, "objectStoreGb must be a number, got -1"],
  ])("fails for %j", (overrides, message) => {
    expect(() => capacity.with(overrides)).toThrow(message);
  });
});
