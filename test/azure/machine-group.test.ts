import { describe, expect, it } from "vitest";
import type { MachineGroupProps } from "../../lib/cloud/machine-group.js";
import { PeakHours } from "../../lib/workload/peak-hours.js";
import { cloudConfig, groupProps, rules, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const made = (props: Partial<MachineGroupProps> = {}) =>
  synthAzure((bench) => {
    const group = bench.cloud.machineGroup(bench.stack, "web", { ...groupProps(bench), ...(props as object) });
    group.allowTo("198.51.100.7/32", 5432);
  });

const profiles = (props: Partial<MachineGroupProps>) =>
  only(made(props), "azurerm_monitor_autoscale_setting").profile as readonly Record<string, unknown>[];

describe("a machine group on Azure", () => {
  const stack = made();
  const scaleSet = only(stack, "azurerm_linux_virtual_machine_scale_set");

  it("spreads over zones, without public addresses (II17, F21)", () => {
    expect(scaleSet.zones).toEqual(["1", "2"]);
    expect(JSON.stringify(scaleSet.network_interface)).not.toContain("public_ip");
  });

  it("brings new machines before it takes old ones, a few at a time (25)", () => {
    expect(scaleSet).toMatchObject({
      upgrade_mode: "Rolling",
      overprovision: false,
      rolling_upgrade_policy: { maximum_surge_instances_enabled: true, max_batch_instance_percent: 20 },
    });
  });

  it("replaces a machine that does not say that it is well, once it had time to start (24)", () => {
    const [health] = scaleSet.extension as { type: string; settings: string }[];
    expect(health.type).toBe("ApplicationHealthLinux");
    expect(JSON.parse(health.settings)).toEqual({ protocol: "http", port: 8000, requestPath: "/health/ready" });
    expect(scaleSet.automatic_instance_repair).toMatchObject({ enabled: true, grace_period: "PT15M" });
  });

  it("takes a machine without a health check for well as long as it runs", () => {
    const worker = only(made({ health: undefined }), "azurerm_linux_virtual_machine_scale_set");
    const [health] = worker.extension as { settings: string }[];
    expect(JSON.parse(health.settings)).toEqual({ protocol: "tcp", port: 22 });
  });

  it("tells a machine before it goes, and waits for what it has begun (27, F32)", () => {
    expect(scaleSet.termination_notification).toEqual({ enabled: true, timeout: "PT5M" });
    const words = cloudConfig(stack).bootcmd.flat().join(" ");
    expect(words).toContain("coverstack-drain.service");
    const longer = only(made({ drainSeconds: 700 }), "azurerm_linux_virtual_machine_scale_set");
    expect(longer.termination_notification).toMatchObject({ timeout: "PT12M" });
  });

  it("lets nothing in, and out to the web and what was allowed only (II15)", () => {
    expect(rules(stack, "web_")).toEqual([
      "Inbound Deny * → * *",
      "Outbound Allow * → 198.51.100.7/32 5432",
      "Outbound Allow * → Internet 443",
      "Outbound Allow * → Internet 80",
      "Outbound Deny * → * *",
    ]);
  });

  it("adds machines above the CPU target and leaves their number to that (F19, 17, 47)", () => {
    expect(scaleSet.lifecycle).toEqual({ ignore_changes: ["instances"] });
    const [usual] = profiles({});
    expect(usual.capacity).toEqual({ minimum: 2, maximum: 5, default: 2 });
    expect(usual.rule).toMatchObject([
      { metric_trigger: { operator: "GreaterThan", threshold: 80 }, scale_action: { direction: "Increase" } },
      { metric_trigger: { operator: "LessThan", threshold: 40 }, scale_action: { direction: "Decrease" } },
    ]);
  });

  it("does not scale where fewest and most are the same", () => {
    const fixed = made({ machines: { min: 3, max: 3 } });
    expect(all(fixed, "azurerm_monitor_autoscale_setting")).toEqual([]);
    expect(only(fixed, "azurerm_linux_virtual_machine_scale_set").instances).toBe(3);
    expect(only(fixed, "azurerm_linux_virtual_machine_scale_set")).not.toHaveProperty("lifecycle");
  });

  it("runs more machines from the start of busy hours until their end (F19)", () => {
    const peakHours = new PeakHours({ timeZone: "Europe/Madrid", from: 8, to: 18, min: 4 });
    const [usual, peak, after] = profiles({ peakHours });
    expect(usual).not.toHaveProperty("recurrence");
    expect(peak).toMatchObject({
      capacity: { minimum: 4, maximum: 5 },
      recurrence: { hours: [8], minutes: [0], days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"] },
    });
    expect(after).toMatchObject({ capacity: { minimum: 2, maximum: 5 }, recurrence: { hours: [18] } });
    expect(JSON.parse(String(after.name))).toEqual({ name: "usual", for: "peak" });
  });

  it.each([
    ["Europe/Madrid", "W. Europe Standard Time"],
    ["Europe/Dublin", "GMT Standard Time"],
    ["Asia/Calcutta", "India Standard Time"],
    ["America/Detroit", "Eastern Standard Time"],
    ["UTC", "UTC"],
  ])("knows %s by a name of Windows that keeps the same time", (timeZone, windows) => {
    const [, peak] = profiles({ peakHours: new PeakHours({ timeZone, from: 8, to: 18, min: 3 }) });
    expect((peak.recurrence as { timezone: string }).timezone).toBe(windows);
  });

  it.each([
    [{ machines: { min: 3, max: 2 } }, "'machines' must be whole numbers, the most at least the fewest"],
    [{ machines: { min: 0, max: 2 } }, "'machines' must be whole numbers, the most at least the fewest"],
    [
      { targetCpuPercent: 5 },
      "'targetCpuPercent' is out of range, got 5; allowed: a whole number of percent, 10 to 100",
    ],
    [{ drainSeconds: 1000 }, "'drainSeconds' is out of range, got 1000; allowed: a whole number of seconds, 0 to 900"],
    [{ startSeconds: 6000 }, "'startSeconds' is out of range, got 6000; allowed: a whole number of seconds, 0 to 5400"],
  ])("fails for %j (51)", (props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  it("fails for busy hours that ask for too many machines, or lie in a zone of their own (51)", () => {
    const hours = (timeZone: string, min: number) => new PeakHours({ timeZone, from: 8, to: 18, min });
    expect(() => made({ peakHours: hours("UTC", 9) })).toThrow(
      "[single-vm-aws/web] peak hours ask for more machines than there may be, got 9; allowed: up to 5; raise the most machines",
    );
    expect(() => made({ peakHours: hours("Pacific/Chatham", 3) })).toThrow(
      `time zone is not known to Azure's autoscale, got "Pacific/Chatham"`,
    );
  });
});
