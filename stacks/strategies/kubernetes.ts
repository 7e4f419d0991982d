import { Ingress, KubernetesPlatform } from "../../lib/index.js";
import { Kubernetes } from "../../lib/kubernetes/index.js";
import { strategyModule } from "../module.js";
import { flag, list, map, number, object, oneOf, optional, type Read, text } from "../shape.js";
import { dataFields, dataProps, peakHours, peakHoursField, serviceFields, serviceProps } from "./service-fields.js";

const ingress = oneOf({
  none: optional(flag),
  controller: optional(
    object({
      className: text,
      annotations: optional(map(text)),
      tlsSecret: optional(text),
      controllerNamespace: optional(text),
    }),
  ),
});

const fields = {
  ...serviceFields,
  ...dataFields,
  hostname: text,
  certificate: optional(text),
  dnsZone: optional(text),
  ingress: optional(ingress),
  zones: optional(number),
  clusterVersion: optional(text),
  apiAllowFrom: optional(list(text)),
  spotWorkers: optional(flag),
  namespace: optional(text),
  platformStack: optional(text),
  targetCpuPercent: optional(number),
  peakHours: optional(object({ web: peakHoursField, worker: peakHoursField })),
  secretsRevision: optional(number),
};

export const kubernetes = strategyModule(
  fields,
  (site, settings) => {
    const { hostname, certificate, dnsZone, zones, clusterVersion, apiAllowFrom, spotWorkers, namespace } = settings;
    const { github, openAccess, ...service } = serviceProps(settings);
    const below = site.stack("platform", settings.platformStack);
    const platform = new KubernetesPlatform(below.stack, "coverage", {
      cloud: below.cloud,
      network: below.network(),
      cluster: below.cluster(),
      ...service,
      ...dataProps(settings),
      hostname,
      certificate,
      dnsZone,
      ingress: settings.ingress && wayIn(settings.ingress),
      zones: zones as 2 | 3 | undefined,
      clusterVersion,
      apiAllowFrom,
      spotWorkers,
      namespace,
      profile: settings.profile,
    });
    const above = site.stack("workload");
    new Kubernetes(above.stack, "coverage", {
      cloud: above.cloud,
      platform,
      github,
      openAccess,
      targetCpuPercent: settings.targetCpuPercent,
      peakHours: settings.peakHours && {
        web: peakHours(settings.peakHours.web),
        worker: peakHours(settings.peakHours.worker),
      },
      secretsRevision: settings.secretsRevision,
    });
    return [
      { stack: below.stack, machines: platform.nodeTypes },
      { stack: above.stack, machines: [] },
    ];
  },
  { onCluster: true },
);

function wayIn({ none, controller }: Read<typeof ingress>): Ingress | undefined {
  if (none) return Ingress.none();
  return controller && Ingress.controller(controller);
}
