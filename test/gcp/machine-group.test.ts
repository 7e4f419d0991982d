import { describe, expect, it } from "vitest";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { PeakHours } from "../../lib/workload/peak-hours.js";
import { gcp, synthInNetwork } from "../support/gcp.js";
import { all, only } from "../support/synth.js";

const PROPS = {
  size: MACHINE_SIZES["n1-standard-4"],
  machines: { min: 2, max: 6 },
  targetCpuPercent: 80,
  drainSeconds: 60,
  startSeconds: 300,
  boot: () => "#cloud-config\n",
};
const PEAK = new PeakHours({ timeZone: "Europe/Berlin", from: 8, to: 18, min: 4 });

function synthGroup(props: object = {}) {
  return synthInNetwork((cloud, stack, network) => {
    cloud.machineGroup(stack, "web", { network, ...PROPS, ...props }).allowTo("198.51.100.0/24", 5432);
  });
}

describe("a machine group on Google Cloud", () => {
  const stack = synthGroup({ health: { port: 80, path: "/health/ready" }, peakHours: PEAK });
  const manager = only(stack, "google_compute_region_instance_group_manager");
  const template = only(stack, "google_compute_instance_template");
  const policy = only(stack, "google_compute_region_autoscaler").autoscaling_policy;

  it("spreads over the network's zones (II17, F21)", () => {
    expect(manager.distribution_policy_zones).toEqual(["europe-west3-b", "europe-west3-c", "europe-west3-a"]);
  });

  it("replaces machines one by one, the new one first (25, F31)", () => {
    expect(manager.update_policy).toMatchObject({
      type: "PROACTIVE",
      minimal_action: "REPLACE",
      replacement_method: "SUBSTITUTE",
      max_surge_fixed: 3,
      max_unavailable_fixed: 0,
    });
    expect(template).toMatchObject({
      name_prefix: "single-vm-aws-web-",
      lifecycle: { create_before_destroy: true, ignore_changes: ["disk[0].source_image"] },
    });
    expect(manager.version).toEqual([{ instance_template: expect.stringMatching(/self_link_unique\}$/) }]);
  });

  it("replaces a machine that does not answer, once it had time to start (24)", () => {
    expect(manager.auto_healing_policies).toMatchObject({ initial_delay_sec: 300 });
    expect(only(stack, "google_compute_health_check").http_health_check).toEqual({
      port: 80,
      request_path: "/health/ready",
    });
  });

  it("scales by CPU, and from the start of busy hours by the clock (17, 50, F19)", () => {
    expect(policy).toEqual({
      mode: "ON",
      min_replicas: 2,
      max_replicas: 6,
      cooldown_period: 300,
      cpu_utilization: { target: 0.8 },
      scaling_schedules: [
        {
          name: "peak-hours",
          schedule: "0 8 * * MON,TUE,WED,THU,FRI",
          time_zone: "Europe/Berlin",
          duration_sec: 36_000,
          min_required_replicas: 4,
        },
      ],
    });
    expect(manager.lifecycle).toEqual({ ignore_changes: ["target_size"] });
    expect(manager).not.toHaveProperty("target_size");
  });

  it("has no public address, and containers that act as the group (F8, 5)", () => {
    expect(template.network_interface).toEqual([{ subnetwork: expect.any(String) }]);
    expect(template.metadata).not.toHaveProperty("startup-script");
    expect(template.service_account).toMatchObject({ email: expect.stringMatching(/web_identity/) });
  });

  it("lets in health checks and a shell by way of Identity-Aware Proxy, and nothing else", () => {
    const sources = all(stack, "google_compute_firewall")
      .filter(({ direction }) => direction === "INGRESS")
      .map(({ source_ranges }) => source_ranges);
    expect(sources).toEqual([["130.211.0.0/22", "35.191.0.0/16"], ["35.235.240.0/20"]]);
  });

  it("goes out to the internet on 80 and 443, and where it was allowed, before machines boot", () => {
    const ports = all(stack, "google_compute_firewall")
      .filter(({ direction, allow }) => direction === "EGRESS" && allow)
      .map(({ destination_ranges, allow }) => [destination_ranges, (allow as { ports: string[] }[])[0].ports]);
    expect(ports).toEqual([
      [["0.0.0.0/0"], ["443"]],
      [["0.0.0.0/0"], ["80"]],
      [["198.51.100.0/24"], ["5432"]],
    ]);
    const waits = JSON.stringify(manager.depends_on);
    expect(waits).toContain("google_compute_router_nat.");
    expect(waits.match(/google_compute_firewall\.web_firewall_to-/g)).toHaveLength(3);
  });
});

describe("a machine group on Google Cloud that neither grows nor serves", () => {
  const stack = synthGroup({ machines: { min: 2, max: 2 } });

  it("has so many machines and no autoscaler", () => {
    expect(all(stack, "google_compute_region_autoscaler")).toEqual([]);
    expect(only(stack, "google_compute_region_instance_group_manager")).toMatchObject({
      target_size: 2,
      lifecycle: { ignore_changes: [] },
    });
  });

  it("is well as long as it runs, and is called by nobody (II15)", () => {
    expect(all(stack, "google_compute_health_check")).toEqual([]);
    const ingress = all(stack, "google_compute_firewall").filter(({ direction }) => direction === "INGRESS");
    expect(ingress.map(({ source_ranges }) => source_ranges)).toEqual([["35.235.240.0/20"]]);
  });
});

describe("bad input for a machine group on Google Cloud", () => {
  const group = (props: object, reach: "data" | "private" = "private") => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network", { reach });
    return () => cloud.machineGroup(stack, "web", { network, ...PROPS, ...props });
  };

  it.each([
    [
      { machines: { min: 0, max: 2 } },
      "'machines.min' is out of range, got 0; allowed: a whole number of machines, 1 to 1000",
    ],
    [
      { machines: { min: 3, max: 2 } },
      "'machines.max' is out of range, got 2; allowed: a whole number of machines, 3 to 1000",
    ],
    [{ startSeconds: 4000 }, "'startSeconds' is out of range, got 4000; allowed: a whole number of seconds, 0 to 3600"],
    [{ targetCpuPercent: 0 }, "'targetCpuPercent' is out of range, got 0"],
    [
      { machines: { min: 2, max: 3 }, peakHours: PEAK },
      "peak hours ask for more machines than there may be, got 4; raise 'machines.max', which is 3",
    ],
    [{ boot: () => "x".repeat(262_145) }, "user data is too large for a machine on Google Cloud"],
  ])("fails for %o", (props, message) => {
    expect(group(props)).toThrow(message);
  });

  it("fails in a network that does not call out", () => {
    expect(group({}, "data")).toThrow(
      "[test/web] a machine group needs a network that calls out; give the network 'reach' private",
    );
  });
});
