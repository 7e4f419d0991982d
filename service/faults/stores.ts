import { realParts } from "../../test/support/real-parts.js";
import { startGcs } from "../test/support/gcs.js";
import { startS3 } from "../test/support/moto.js";

/** An empty bucket of an object store on loopback. */
export interface Bucket {
  readonly origin: string;
  /** How roles are told of it that reach it at another origin. */
  environmentAt(origin: string): NodeJS.ProcessEnv;
}

export interface Stores {
  readonly kind: "S3" | "Cloud Storage";
  createBucket(name: string): Promise<Bucket>;
  stop(): Promise<void>;
}

/** S3 by moto where that is installed, else this repository's own stand-in for Cloud Storage. */
export async function startStores(): Promise<Stores> {
  return realParts().moto ? startS3Stores() : cloudStorages();
}

async function startS3Stores(): Promise<Stores> {
  const server = await startS3();
  return {
    kind: "S3",
    async createBucket(name) {
      await server.createBucket(name);
      return {
        origin: server.settings.endpoint!,
        environmentAt: (origin) => ({
          SERVICES__CHOSEN_STORAGE: "minio",
          SERVICES__MINIO__HOST: new URL(origin).hostname,
          SERVICES__MINIO__PORT: new URL(origin).port,
          SERVICES__MINIO__BUCKET: name,
          SERVICES__MINIO__ACCESS_KEY_ID: "test",
          SERVICES__MINIO__SECRET_ACCESS_KEY: "test",
        }),
      };
    },
    stop: () => server.stop(),
  };
}

function cloudStorages(): Stores {
  const stops: (() => Promise<void>)[] = [];
  return {
    kind: "Cloud Storage",
    async createBucket() {
      const server = await startGcs();
      stops.push(() => server.stop());
      return {
        origin: server.settings.endpoint!,
        environmentAt: (origin) => ({
          SERVICES__CHOSEN_STORAGE: "gcp",
          SERVICES__GCP__BUCKET: server.settings.bucket,
          SERVICES__GCP__API_ENDPOINT: origin,
        }),
      };
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
