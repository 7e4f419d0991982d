import type { IConstruct } from "constructs";
import type { Endpoint, Reach } from "../workload/endpoint.js";
import type { MachineSize } from "../workload/machine-size.js";
import type { SecretReference } from "../workload/secret-reference.js";
import { secretText } from "../workload/secret-text.js";
import type { TrafficSource } from "./identity.js";
import type { Network } from "./network.js";
import type { Secret } from "./secret.js";

/** A managed PostgreSQL with one database, `coverstack`, and a user of that name. Nothing reaches it until allowed. */
export interface Database extends IConstruct {
  readonly endpoint: Endpoint;
  /** Holds the user's password in the field `password`. */
  readonly secret: Secret;
  allowFrom(source: TrafficSource): void;
}

export interface DatabaseProps<N extends Network = Network> {
  /** With private subnets (`reach` data or private) in at least two zones. */
  readonly network: N;
  /** One of DATABASE_SIZES, or the cloud's own class. */
  readonly size: MachineSize;
  /** To start with; it grows by itself. GB. */
  readonly storageGb: number;
  /** PostgreSQL's major version. @default 17 */
  readonly version?: string | undefined;
  /** A standby in another zone that takes over by itself. */
  readonly highAvailability: boolean;
  /** Days that backups, and points in time between them, are kept. 1 to 35. */
  readonly backupDays: number;
  /** Whether the cloud and Terraform refuse to delete it, and a last snapshot remains where the cloud can keep one. */
  readonly protect: boolean;
  /** A copy that can be read, for reports or a switch of versions (F22). @default false */
  readonly readReplica?: boolean | undefined;
}

export interface BroughtServerOptions {
  /** Where the server is: what is let through to it. @default any address, on the usual port */
  readonly reach?: { readonly [K in keyof Reach]?: Reach[K] | undefined } | undefined;
  /** PEM of its certificate's authority. @default one that everyone trusts */
  readonly caCertificate?: string | undefined;
}

/** A PostgreSQL that is there already. */
export class Postgres {
  /** @param url a secret that holds the whole URL: `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=verify-full` */
  static fromUrl(url: SecretReference, options: BroughtServerOptions = {}): Postgres {
    const { cidr = "0.0.0.0/0", port = 5432 } = options.reach ?? {};
    return new Postgres(broughtEndpoint("COVERSTACK_DATABASE_URL", url, { cidr, port }, options), url);
  }

  private constructor(
    readonly endpoint: Endpoint,
    readonly url: SecretReference,
  ) {}
}

/** An endpoint whose whole URL is one secret. */
export function broughtEndpoint(
  variable: string,
  { id, key }: SecretReference,
  reach: Reach,
  { caCertificate }: BroughtServerOptions,
): Endpoint {
  return {
    url: secretText`${{ variable }}`,
    secrets: [{ variable, secret: id, ...(key !== undefined && { key }) }],
    reach,
    ...(caCertificate !== undefined && { caCertificate }),
  };
}
