import { describe, expect, it } from "vitest";
import type { AzureRedis } from "../../lib/azure/index.js";
import { rules, someMachine, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const made = (memoryGb: number) =>
  synthAzure(({ stack, cloud, network }) => {
    cloud.redis(stack, "redis", { network, memoryGb, highAvailability: false, protect: false });
  });

describe("Redis on Azure", () => {
  let redis: AzureRedis | undefined;
  const stack = synthAzure((bench) => {
    const { stack, cloud, network } = bench;
    redis = cloud.redis(stack, "redis", { network, memoryGb: 2, highAvailability: true, protect: true });
    redis.allowFrom(someMachine(bench));
  });
  const server = only(stack, "azurerm_managed_redis");

  it("is never clustered, and forgets nothing to make room (F7)", () => {
    expect(server.default_database).toMatchObject({ clustering_policy: "NoCluster", eviction_policy: "NoEviction" });
  });

  it("has a replica that takes over (11)", () => {
    expect(server.high_availability_enabled).toBe(true);
  });

  it("takes TLS and a key only, inside the network only (12, F8)", () => {
    expect(server.public_network_access).toBe("Disabled");
    expect(server.default_database).toMatchObject({
      client_protocol: "Encrypted",
      access_keys_authentication_enabled: true,
    });
    expect(only(stack, "azurerm_private_endpoint").private_service_connection).toMatchObject({
      subresource_names: ["redisEnterprise"],
    });
    expect(only(stack, "azurerm_private_dns_zone").name).toBe("privatelink.redis.azure.net");
  });

  it("has its key in the vault as it stands in a URL, and follows when that changes", () => {
    const secret = only(stack, "azurerm_key_vault_secret");
    expect(secret.value).toMatch(
      /^\$\{jsonencode\(\{"password" = urlencode\(azurerm_managed_redis\.\w+\.default_database\[0\]\.primary_access_key\)\}\)\}$/,
    );
    expect(redis!.endpoint.url.parts.slice(0, 2)).toEqual(["rediss://:", { variable: "COVERSTACK_REDIS_PASSWORD" }]);
    expect(redis!.endpoint.url.parts[2]).toMatch(/:10000$/);
    expect(redis!.endpoint.reach.port).toBe(10_000);
  });

  it("is reached from the machine that was allowed, on its port (1)", () => {
    expect(rules(stack, "network_endpoint")).toEqual([
      "Inbound Allow machine → redis_link 10000",
      "Inbound Deny * → * *",
    ]);
    expect(rules(stack, "machine_")).toContain("Outbound Allow * → redis_link 10000");
  });

  it("is deleted neither by Terraform nor by Azure when it is protected (40)", () => {
    expect(server.lifecycle).toEqual({ prevent_destroy: true });
    expect(only(stack, "azurerm_management_lock").scope).toMatch(/^\$\{azurerm_managed_redis\./);
    expect(all(made(1), "azurerm_management_lock")).toEqual([]);
  });

  it.each([
    [0.4, "Balanced_B0"],
    [0.5, "Balanced_B1"],
    [3, "Balanced_B5"],
    [19.2, "Balanced_B20"],
  ])("rounds %d GB up to %s, a fifth held back", (memoryGb, sku) => {
    expect(only(made(memoryGb), "azurerm_managed_redis").sku_name).toBe(sku);
  });

  it.each([0, -1, 20, Number.NaN])("fails for %d GB (51)", (memoryGb) => {
    expect(() => made(memoryGb)).toThrow("'memoryGb' is out of range");
  });
});
