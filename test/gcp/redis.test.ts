import { describe, expect, it } from "vitest";
import type { GcpRedis } from "../../lib/gcp/index.js";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { renderSecretText } from "../../lib/workload/secret-text.js";
import { gcp, synthInNetwork } from "../support/gcp.js";
import { all, only, type Synthesised } from "../support/synth.js";

const PROPS = { memoryGb: 4, highAvailability: true, protect: true };

function synthRedis(props: object = {}): { readonly stack: Synthesised; readonly redis: GcpRedis } {
  const built: GcpRedis[] = [];
  const stack = synthInNetwork((cloud, stack, network) => {
    const redis = cloud.redis(stack, "redis", { network, ...PROPS, ...props });
    const machine = cloud.machine(stack, "machine", { network, size: MACHINE_SIZES["n1-standard-4"], boot: () => "" });
    redis.allowFrom(machine);
    built.push(redis);
  });
  return { stack, redis: built[0] };
}

describe("a queue on Google Cloud", () => {
  const { stack, redis } = synthRedis();
  const instance = only(stack, "google_redis_instance");

  it("is one shard with a replica that takes over (F7, 11)", () => {
    expect(instance).toMatchObject({ tier: "STANDARD_HA", redis_version: "REDIS_7_2" });
    expect(only(synthRedis({ highAvailability: false }).stack, "google_redis_instance").tier).toBe("BASIC");
  });

  it("speaks TLS with whoever has the password, in private (F8, 12)", () => {
    expect(instance).toMatchObject({
      auth_enabled: true,
      transit_encryption_mode: "SERVER_AUTHENTICATION",
      connect_mode: "PRIVATE_SERVICE_ACCESS",
      authorized_network: expect.stringMatching(/^\$\{google_compute_network\./),
      reserved_ip_range: expect.stringMatching(/^\$\{google_compute_global_address\.network_private-services/),
    });
  });

  it("drops no job to make room, and has memory besides what jobs may take", () => {
    expect(instance).toMatchObject({
      memory_size_gb: 5,
      redis_configs: { "maxmemory-policy": "noeviction", "maxmemory-gb": "4" },
    });
  });

  it("is not destroyed where it is protected (40)", () => {
    expect(instance.lifecycle).toEqual({ prevent_destroy: true });
    expect(only(synthRedis({ protect: false }).stack, "google_redis_instance").lifecycle).toEqual({
      prevent_destroy: false,
    });
  });

  it("keeps the password that Google made in a secret, and another password too (4)", () => {
    const value = only(stack, "google_secret_manager_secret_version");
    expect(value.secret_data_wo).toMatch(
      /^\$\{jsonencode\(\{"password" = google_redis_instance\.redis_instance_\w+\.auth_string\}\)\}$/,
    );
    expect(value.lifecycle).toEqual({
      replace_triggered_by: [expect.stringMatching(/^google_redis_instance\.redis_instance_\w+\.auth_string$/)],
    });
  });

  it("is reached under a URL over TLS, with its own authority", () => {
    const { url, secrets, reach, caCertificate } = redis.endpoint;
    expect(renderSecretText(url, (name) => `<${name}>`)).toMatch(/^rediss:\/\/:<COVERSTACK_REDIS_PASSWORD>@\S+:6378$/);
    expect(secrets).toEqual([
      { variable: "COVERSTACK_REDIS_PASSWORD", secret: redis.secret.secretId, key: "password" },
    ]);
    expect(reach.port).toBe(6378);
    expect(caCertificate).toBeDefined();
  });

  it("is reached by whom it allows, on its port", () => {
    const rules = all(stack, "google_compute_firewall").filter(({ name }) => String(name).includes("to-redis"));
    expect(rules).toMatchObject([{ direction: "EGRESS", allow: [{ protocol: "tcp", ports: ["6378"] }] }]);
  });
});

describe("bad input for a queue on Google Cloud", () => {
  it.each([0, -1, Number.NaN, 241])("fails for %d GB", (memoryGb) => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network", { reach: "data" });
    expect(() => cloud.redis(stack, "redis", { network, ...PROPS, memoryGb })).toThrow(
      /'memoryGb' is out of range.*allowed: 0\.5 to 240 GB/,
    );
  });

  it("fails in a network without a place for it", () => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network");
    expect(() => cloud.redis(stack, "redis", { network, ...PROPS })).toThrow("a queue needs private services access");
  });
});
