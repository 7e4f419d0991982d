import { SecretReference, SingleVm, Tls } from "../../lib/index.js";
import { strategyModule } from "../module.js";
import { flag, number, object, oneOf, optional, type Read, text } from "../shape.js";
import { dataFields, dataProps, serviceFields, serviceProps } from "./service-fields.js";

const tls = oneOf({ acme: optional(object({ email: text })), secret: optional(text) });

const fields = {
  ...serviceFields,
  ...dataFields,
  hostname: optional(text),
  tls: optional(tls),
  managedServices: optional(flag),
  dataDiskGb: optional(number),
};

export const singleVm = strategyModule(fields, (site, settings) => {
  const { stack, cloud, network } = site.stack();
  const { capacity, machine } = new SingleVm(stack, "coverage", {
    cloud,
    network: network(),
    ...serviceProps(settings),
    ...dataProps(settings),
    hostname: settings.hostname,
    tls: settings.tls && certificate(settings.tls),
    managedServices: settings.managedServices,
    profile: settings.profile,
    dataDiskGb: settings.dataDiskGb,
  });
  return [{ stack, machines: [{ size: capacity.largestMachine.name, type: machine.machineType }] }];
});

function certificate({ acme, secret }: Read<typeof tls>): Tls | undefined {
  if (acme) return Tls.acme(acme.email);
  return secret === undefined ? undefined : Tls.fromSecret(SecretReference.of(secret));
}
