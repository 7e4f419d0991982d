import { isMap } from "yaml";
import {
  Capacity,
  MACHINE_SIZES,
  type MachineSize,
  type MachineSizeName,
  SecretReference,
  ServiceImage,
  SingleVm,
  Tls,
} from "../../lib/index.js";
import { strategyModule } from "../module.js";
import { choice, flag, list, number, object, oneOf, optional, type Read, type Shape, text } from "../shape.js";

const preset = choice(...(Object.keys(MACHINE_SIZES) as MachineSizeName[]));
const ownType = object({ name: text, vcpus: number, memoryGb: number });
/** A preset's name, or the cloud's own machine type with its numbers. */
const machine: Shape<MachineSize> = {
  form: `${preset.form}, or ${ownType.form}`,
  read(node, key, report) {
    if (isMap(node)) return ownType.read(node, key, report);
    const name = preset.read(node, key, report);
    return name && MACHINE_SIZES[name];
  },
};
const role = object({ replicas: optional(number), machine: optional(machine) });
const secret = object({ id: text, key: optional(text) });
const tls = oneOf({ acme: optional(object({ email: text })), secret: optional(text) });

const fields = {
  image: text,
  imageCredentials: optional(text),
  hostname: optional(text),
  tls: optional(tls),
  allowFrom: optional(list(text)),
  openAccess: optional(flag),
  reportsPerMinute: optional(number),
  web: optional(role),
  worker: optional(role),
  github: optional(object({ clientId: text, clientSecret: secret })),
  dataDiskGb: optional(number),
  protectData: optional(flag),
};

export const singleVm = strategyModule(fields, (stack, connection, settings) => {
  const { web, worker, github, imageCredentials } = settings;
  const credentials = imageCredentials === undefined ? undefined : SecretReference.of(imageCredentials);
  const capacity = Capacity.forReportsPerMinute(settings.reportsPerMinute ?? 25, {
    web,
    worker,
  });
  const coverage = new SingleVm(stack, "coverage", {
    cloud: connection.cloud,
    network: connection.network,
    image: ServiceImage.fromRegistry(settings.image, { credentials }),
    hostname: settings.hostname,
    tls: settings.tls && certificate(settings.tls),
    allowFrom: settings.allowFrom,
    openAccess: settings.openAccess,
    capacity,
    github: github && {
      clientId: github.clientId,
      clientSecret: SecretReference.of(github.clientSecret.id, github.clientSecret.key),
    },
    dataDiskGb: settings.dataDiskGb,
    protectData: settings.protectData,
  });
  return [{ size: capacity.largestMachine.name, machine: coverage.machine }];
});

function certificate({ acme, secret }: Read<typeof tls>): Tls | undefined {
  if (acme) return Tls.acme(acme.email);
  return secret === undefined ? undefined : Tls.fromSecret(SecretReference.of(secret));
}
