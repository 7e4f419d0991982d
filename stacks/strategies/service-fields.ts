import { isMap } from "yaml";
import {
  Capacity,
  DATABASE_SIZES,
  MACHINE_SIZES,
  type MachineSize,
  PeakHours,
  Postgres,
  RedisServer,
  S3Store,
  SecretReference,
  ServiceImage,
  type Weekday,
} from "../../lib/index.js";
import {
  choice,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  type Read,
  type ReadFields,
  type Shape,
  text,
} from "../shape.js";

const ownType = object({ name: text, vcpus: number, memoryGb: number });
/** A preset's name, or the cloud's own type with its numbers. */
function size(presets: Readonly<Record<string, MachineSize>>): Shape<MachineSize> {
  const preset = choice(...Object.keys(presets));
  const form = `${preset.form}, or the cloud's own type as { name, vcpus, memoryGb }`;
  return {
    form,
    read(node, key, report) {
      if (isMap(node)) return ownType.read(node, key, report);
      const name = { ...preset, form }.read(node, key, report);
      return name === undefined ? undefined : presets[name];
    },
  };
}
const bundled = object({
  bundled: object({ builder: optional(choice("docker", "podman", "buildah")), platform: optional(text) }),
});
/** An image in a registry, or the one that is built from this repository. */
const image: Shape<string | Read<typeof bundled>> = {
  form: "an image reference, or { bundled: {} }",
  read(node, key, report) {
    return isMap(node) ? bundled.read(node, key, report) : text.read(node, key, report);
  },
};
const role = object({ replicas: optional(number), max: optional(number), machine: optional(size(MACHINE_SIZES)) });
const secret = object({ id: text, key: optional(text) });
const weekday = choice("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");

/** What every strategy asks about the service itself. */
export const serviceFields = {
  image,
  imageCredentials: optional(text),
  allowFrom: optional(list(text)),
  openAccess: optional(flag),
  reportsPerMinute: optional(number),
  uploads: optional(
    object({
      perHour: number,
      averageReportMb: number,
      growthPerYear: optional(number),
      years: optional(number),
    }),
  ),
  web: optional(role),
  worker: optional(role),
  databaseCapacity: optional(object({ size: optional(size(DATABASE_SIZES)), storageGb: optional(number) })),
  redisGb: optional(number),
  github: optional(object({ clientId: text, clientSecret: secret })),
  profile: optional(choice("trial", "production")),
};

/** Parts that keep data, where they are there already. */
export const dataFields = {
  database: optional(object({ url: secret, caCertificate: optional(text), cidr: optional(text) })),
  redis: optional(
    object({ url: secret, caCertificate: optional(text), cidr: optional(text), clustered: optional(flag) }),
  ),
  objectStore: optional(
    oneOf({
      s3: optional(
        object({ host: text, bucket: text, region: optional(text), port: optional(number), credentials: text }),
      ),
      minio: optional(
        object({
          hosts: list(text),
          balancer: optional(text),
          bucket: text,
          credentials: text,
          verifySsl: optional(flag),
          cidr: optional(text),
        }),
      ),
    }),
  ),
  databaseVersion: optional(text),
  readReplica: optional(flag),
};

export const peakHoursField = optional(
  object({ timeZone: text, days: optional(list(weekday)), from: number, to: number, min: number }),
);

export function serviceProps(settings: ReadFields<typeof serviceFields>) {
  const { github, allowFrom, openAccess } = settings;
  return {
    image: serviceImage(settings),
    allowFrom,
    openAccess,
    capacity: capacity(settings),
    github: github && { clientId: github.clientId, clientSecret: reference(github.clientSecret) },
  };
}

export function dataProps({ database, redis, objectStore, ...rest }: ReadFields<typeof dataFields>) {
  return {
    database:
      database &&
      Postgres.fromUrl(reference(database.url), {
        reach: { cidr: database.cidr },
        caCertificate: database.caCertificate,
      }),
    redis:
      redis &&
      RedisServer.fromUrl(reference(redis.url), {
        reach: { cidr: redis.cidr },
        caCertificate: redis.caCertificate,
        clustered: redis.clustered,
      }),
    objectStore: objectStore && store(objectStore),
    databaseVersion: rest.databaseVersion,
    readReplica: rest.readReplica,
  };
}

export function peakHours(settings: ReadFields<{ hours: typeof peakHoursField }>["hours"]): PeakHours | undefined {
  return settings && new PeakHours({ ...settings, days: settings.days as readonly Weekday[] | undefined });
}

function serviceImage({ image, imageCredentials }: ReadFields<typeof serviceFields>): ServiceImage {
  if (typeof image !== "string") return ServiceImage.bundled(image.bundled);
  const credentials = imageCredentials === undefined ? undefined : SecretReference.of(imageCredentials);
  return ServiceImage.fromRegistry(image, { credentials });
}

function capacity(settings: ReadFields<typeof serviceFields>): Capacity {
  const { reportsPerMinute = 25, uploads, web, worker, databaseCapacity, redisGb } = settings;
  const byHand = { web, worker, database: databaseCapacity, redisGb };
  if (uploads === undefined) return Capacity.forReportsPerMinute(reportsPerMinute, byHand);
  const { perHour, ...load } = uploads;
  return Capacity.forUploads({ uploadsPerHour: perHour, ...load }, byHand);
}

function store({ s3, minio }: NonNullable<ReadFields<typeof dataFields>["objectStore"]>): S3Store | undefined {
  if (s3) return S3Store.at({ ...s3, credentials: SecretReference.of(s3.credentials) });
  return minio && S3Store.minio({ ...minio, credentials: SecretReference.of(minio.credentials) });
}

function reference({ id, key }: { readonly id: string; readonly key?: string | undefined }): SecretReference {
  return SecretReference.of(id, key);
}
