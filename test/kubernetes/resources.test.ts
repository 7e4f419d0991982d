import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { cores, mebibytes, roleResources } from "../../lib/kubernetes/resources.js";
import { Capacity } from "../../lib/workload/capacity.js";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { planPool } from "../../lib/workload/node-pools.js";

const scope = new TerraformStack(Testing.app(), "stack");

describe("a pod's share of its machine", () => {
  it("is one core, and as much of the memory: more than Codecov's own pods have (III3)", () => {
    expect(roleResources("worker", MACHINE_SIZES["n1-standard-8"], scope)).toEqual({
      cpu: { request: 1000, limit: 2000 },
      memory: 3264,
    });
  });

  it.each([25, 100, 1000])(
    "fits as often on a node as pools are planned for, at %i reports per minute",
    (reportsPerMinute) => {
      const capacity = Capacity.forReportsPerMinute(reportsPerMinute);
      for (const role of ["web", "worker"] as const) {
        const { machine, max } = capacity.roles[role];
        const { nodes } = planPool(role, capacity, 1);
        const podsOnNode = Math.ceil(max / nodes.max);
        const { cpu, memory } = roleResources(role, machine, scope);
        expect(podsOnNode * cpu.request).toBeLessThan(machine.vcpus * 1000);
        expect(podsOnNode * memory).toBeLessThan(machine.memoryGb * 1024);
      }
    },
  );

  it("is refused where a machine is too small for one pod", () => {
    expect(() => roleResources("web", { name: "tiny", vcpus: 1, memoryGb: 4 }, scope)).toThrow(
      /machine of web is too small for a node.*at least 2 vCPUs/,
    );
    expect(() => roleResources("worker", { name: "lean", vcpus: 8, memoryGb: 8 }, scope)).toThrow(/1\.2 GB of memory/);
  });
});

it("writes quantities as Kubernetes gives them back", () => {
  expect([cores(500), cores(2000), mebibytes(512), mebibytes(3072)]).toEqual(["500m", "2", "512Mi", "3Gi"]);
});
