import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { Endpoint } from "../workload/endpoint.js";
import type { SecretReference } from "../workload/secret-reference.js";
import { type BroughtServerOptions, broughtEndpoint } from "./database.js";
import type { TrafficSource } from "./identity.js";
import type { Network } from "./network.js";
import type { Secret } from "./secret.js";

/** A managed Redis (or Valkey), never clustered, over TLS and with a password. Nothing reaches it until allowed. */
export interface Redis extends IConstruct {
  readonly endpoint: Endpoint;
  /** Holds the password in the field `password`. */
  readonly secret: Secret;
  allowFrom(source: TrafficSource): void;
}

export interface RedisProps<N extends Network = Network> {
  /** With private subnets (`reach` data or private) in at least two zones. */
  readonly network: N;
  /** Memory that the queue may use, GB; rounded up to the cloud's next size. */
  readonly memoryGb: number;
  /** A replica in another zone that takes over by itself. */
  readonly highAvailability: boolean;
  /** Whether Terraform refuses to destroy it. */
  readonly protect: boolean;
}

/** A Redis that is there already. */
export class RedisServer {
  /**
   * @param url a secret that holds the whole URL: `rediss://:PASSWORD@HOST:PORT`
   * @throws CoverstackError when it is said to be clustered (F7)
   */
  static fromUrl(
    url: SecretReference,
    { clustered = false, ...options }: BroughtServerOptions & { readonly clustered?: boolean | undefined } = {},
  ): RedisServer {
    if (clustered) {
      throw new CoverstackError({
        what: "'clustered' must be false: a clustered Redis cannot hold the queue",
        given: clustered,
        allowed: "a single primary, with replicas if you like",
        fix: "switch cluster mode off: a job's keys must lie on one node",
      });
    }
    const { cidr = "0.0.0.0/0", port = 6379 } = options.reach ?? {};
    return new RedisServer(broughtEndpoint("COVERSTACK_REDIS_URL", url, { cidr, port }, options), url);
  }

  private constructor(
    readonly endpoint: Endpoint,
    readonly url: SecretReference,
  ) {}
}
