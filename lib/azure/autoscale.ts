import {
  MonitorAutoscaleSetting,
  type MonitorAutoscaleSettingProfile,
} from "@cdktf/provider-azurerm/lib/monitor-autoscale-setting";
import type { Construct } from "constructs";
import type { MachineGroupProps } from "../cloud/machine-group.js";
import { CoverstackError } from "../errors.js";
import type { Weekday } from "../workload/peak-hours.js";
import type { AzureContext } from "./context.js";
import { resourceName } from "./names.js";
import { windowsTimeZone } from "./windows-time-zones.js";

const DAYS: Readonly<Record<Weekday, string>> = {
  MON: "Monday",
  TUE: "Tuesday",
  WED: "Wednesday",
  THU: "Thursday",
  FRI: "Friday",
  SAT: "Saturday",
  SUN: "Sunday",
};

type AutoscaleProps = Pick<MachineGroupProps, "machines" | "targetCpuPercent" | "peakHours">;

/** Adds a machine while the average CPU is above the target, and takes one away when half of the target would do. */
export function autoscale(
  scope: Construct,
  targetResourceId: string,
  props: AutoscaleProps,
  azure: AzureContext,
): MonitorAutoscaleSetting {
  return new MonitorAutoscaleSetting(scope, "autoscale", {
    ...azure.home,
    name: resourceName(scope),
    targetResourceId,
    profile: profiles(scope, targetResourceId, props),
  });
}

function profiles(
  scope: Construct,
  machines: string,
  { machines: { min, max }, targetCpuPercent, peakHours }: AutoscaleProps,
): MonitorAutoscaleSettingProfile[] {
  const rule = [
    cpuRule(machines, { operator: "GreaterThan", percent: targetCpuPercent, minutes: 5, direction: "Increase" }),
    cpuRule(machines, { operator: "LessThan", percent: targetCpuPercent / 2, minutes: 10, direction: "Decrease" }),
  ];
  const capacity = (least: number) => ({ minimum: least, maximum: max, default: least });
  if (!peakHours) return [{ name: "usual", capacity: capacity(min), rule }];
  if (peakHours.min > max) {
    throw new CoverstackError(
      {
        what: "peak hours ask for more machines than there may be",
        given: peakHours.min,
        allowed: `up to ${max}`,
        fix: "raise the most machines",
      },
      scope,
    );
  }
  const timezone = windowsTimeZone(peakHours.timeZone, scope);
  const at = (hour: number) => {
    return { timezone, days: peakHours.days.map((day) => DAYS[day]), hours: [hour], minutes: [0] };
  };
  // A profile lasts until the next one begins; by its name Azure knows the one that ends the peak.
  const end = JSON.stringify({ name: "usual", for: "peak" });
  return [
    { name: "usual", capacity: capacity(min), rule },
    { name: "peak", capacity: capacity(Math.max(min, peakHours.min)), rule, recurrence: at(peakHours.from) },
    { name: end, capacity: capacity(min), rule, recurrence: at(peakHours.to) },
  ];
}

function cpuRule(
  machines: string,
  { operator, percent, minutes, direction }: { operator: string; percent: number; minutes: number; direction: string },
) {
  return {
    metricTrigger: {
      metricName: "Percentage CPU",
      metricResourceId: machines,
      timeGrain: "PT1M",
      statistic: "Average",
      timeWindow: `PT${minutes}M`,
      timeAggregation: "Average",
      operator,
      threshold: percent,
    },
    scaleAction: { direction, type: "ChangeCount", value: 1, cooldown: `PT${minutes}M` },
  };
}
