import { RedisInstance, type RedisInstanceConfig } from "@cdktf/provider-google/lib/redis-instance";
import { dependable } from "cdktf";
import { Construct } from "constructs";
import type { Redis, RedisProps } from "../cloud/redis.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import type { Endpoint } from "../workload/endpoint.js";
import { needed } from "./checks.js";
import type { GcpSource } from "./firewall.js";
import { resourceName } from "./names.js";
import type { GcpNetwork, PrivateServices } from "./network.js";
import type { GcpProject } from "./project.js";
import { StoredPassword } from "./secret.js";

/** Laid over the resource of every queue, key by key. */
export interface GcpRedisOverrides {
  readonly instance?: DeepPartial<Omit<RedisInstanceConfig, "authEnabled" | "transitEncryptionMode">>;
}

/** Memorystore's port for TLS. */
const PORT = 6378;
const VARIABLE = "COVERSTACK_REDIS_PASSWORD";
const LONGEST_NAME = 40;
/** The share of the memory that data may take; replication and snapshots need the rest. */
const FOR_DATA = 0.8;
const LEAST_GB = 0.5;
const MOST_GB = 300 * FOR_DATA;

/**
 * Memorystore for Redis: one shard, over TLS and with a password. Google makes the password, so that Terraform's state
 * has it; keep that in an encrypted backend, as any state.
 */
export class GcpRedis extends Construct implements Redis {
  readonly secret: StoredPassword;
  readonly instance: RedisInstance;
  readonly endpoint: Endpoint;

  /** @throws CoverstackError on memory that Memorystore does not have, or a network without a place for it */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    props: RedisProps<GcpNetwork>,
    overrides: GcpRedisOverrides = {},
  ) {
    super(scope, id);
    const fix = "give the network 'reach' data or private, or name its 'privateServicesRange'";
    const services = needed(props.network.privateServices, "a queue needs private services access", fix, this);
    checkMemory(props.memoryGb, this);
    this.instance = new RedisInstance(
      this,
      "instance",
      merge(this.#config(project, props, services), overrides.instance),
    );
    const { authString, host } = this.instance;
    this.secret = new StoredPassword(this, "secret", project, authString, `${dependable(this.instance)}.auth_string`);
    this.endpoint = {
      url: { parts: ["rediss://:", { variable: VARIABLE }, `@${host}:${PORT}`] },
      secrets: [{ variable: VARIABLE, secret: this.secret.secretId, key: "password" }],
      reach: { cidr: `${host}/32`, port: PORT },
      caCertificate: this.instance.serverCaCerts.get(0).cert,
    };
  }

  allowFrom(source: GcpSource): void {
    source.firewall.allowTo(this.endpoint.reach.cidr, PORT, "redis");
  }

  #config(
    project: GcpProject,
    { network, memoryGb, highAvailability, protect }: RedisProps<GcpNetwork>,
    { range, connection }: PrivateServices,
  ): RedisInstanceConfig {
    return {
      provider: project.provider,
      name: resourceName(this, "", LONGEST_NAME),
      displayName: this.node.path.slice(0, 80),
      region: project.region,
      tier: highAvailability ? "STANDARD_HA" : "BASIC",
      memorySizeGb: Math.ceil(memoryGb / FOR_DATA),
      redisVersion: "REDIS_7_2",
      authorizedNetwork: network.networkId,
      connectMode: "PRIVATE_SERVICE_ACCESS",
      reservedIpRange: range,
      authEnabled: true,
      transitEncryptionMode: "SERVER_AUTHENTICATION",
      // A job must never be dropped to make room for another.
      redisConfigs: { "maxmemory-policy": "noeviction", "maxmemory-gb": String(Math.round(memoryGb * 10) / 10) },
      maintenancePolicy: {
        weeklyMaintenanceWindow: [{ day: "SUNDAY", startTime: { hours: 3, minutes: 0, seconds: 0, nanos: 0 } }],
      },
      lifecycle: { preventDestroy: protect },
      dependsOn: [...connection, ...project.apis("redis")],
    };
  }
}

function checkMemory(memoryGb: number, scope: Construct): void {
  if (memoryGb >= LEAST_GB && memoryGb <= MOST_GB) return;
  const allowed = `${LEAST_GB} to ${MOST_GB} GB`;
  throw new CoverstackError({ what: "'memoryGb' is out of range", given: memoryGb, allowed }, scope);
}
