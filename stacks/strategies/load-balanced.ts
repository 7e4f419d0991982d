import { LoadBalanced } from "../../lib/index.js";
import { strategyModule } from "../module.js";
import { choice, flag, number, object, optional, text } from "../shape.js";
import { dataFields, dataProps, peakHours, peakHoursField, serviceFields, serviceProps } from "./service-fields.js";

const group = optional(object({ min: optional(number), max: optional(number) }));

const fields = {
  ...serviceFields,
  ...dataFields,
  hostname: optional(text),
  certificate: optional(text),
  dnsZone: optional(text),
  plainHttp: optional(flag),
  roles: optional(choice("together", "apart")),
  zones: optional(number),
  machines: optional(object({ machines: group, web: group, worker: group })),
  targetCpuPercent: optional(number),
  peakHours: peakHoursField,
};

export const loadBalanced = strategyModule(fields, (site, settings) => {
  const { stack, cloud, network } = site.stack();
  const { hostname, certificate, dnsZone, plainHttp, roles, zones, machines, targetCpuPercent, profile } = settings;
  const { groups, capacity } = new LoadBalanced(stack, "coverage", {
    cloud,
    network: network(),
    ...serviceProps(settings),
    ...dataProps(settings),
    hostname,
    certificate,
    dnsZone,
    plainHttp,
    roles,
    zones: zones as 2 | 3 | undefined,
    machines,
    targetCpuPercent,
    peakHours: peakHours(settings.peakHours),
    profile,
  });
  const size = (name: string) =>
    name === "machines" ? capacity.largestMachine.name : capacity.roles[name as "web" | "worker"].machine.name;
  const built = Object.entries(groups).map(([name, { machineType }]) => ({ size: size(name), type: machineType }));
  return [{ stack, machines: built }];
});
