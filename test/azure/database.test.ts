import { describe, expect, it } from "vitest";
import type { AzureDatabase } from "../../lib/azure/index.js";
import type { DatabaseProps } from "../../lib/cloud/database.js";
import { DATABASE_SIZES } from "../../lib/workload/machine-size.js";
import { type AzureBench, rules, someMachine, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const SAFE = { storageGb: 100, highAvailability: true, backupDays: 14, protect: true } as const;

const database = ({ stack, cloud, network }: AzureBench, props: Partial<DatabaseProps> = {}): AzureDatabase =>
  cloud.database(stack, "database", {
    network,
    size: DATABASE_SIZES["database-2"],
    ...SAFE,
    ...(props as object),
  });

const made = (props: Partial<DatabaseProps> = {}, zones = 2) =>
  synthAzure((bench) => void database(bench, props), { network: { zones, reach: "data" } });

describe("a database on Azure", () => {
  let endpoint: AzureDatabase["endpoint"] | undefined;
  const stack = synthAzure((bench) => {
    const part = database(bench);
    const machine = someMachine(bench);
    part.allowFrom(machine);
    part.allowFrom(machine);
    endpoint = part.endpoint;
  });
  const server = only(stack, "azurerm_postgresql_flexible_server");

  it("is a current PostgreSQL in a subnet of the network, and nowhere else (C1, 1)", () => {
    expect(server).toMatchObject({
      version: "17",
      sku_name: "GP_Standard_D2ds_v5",
      public_network_access_enabled: false,
    });
    expect(server.delegated_subnet_id).toMatch(/^\$\{azurerm_subnet\.network_database_/);
    expect(server.private_dns_zone_id).toMatch(/^\$\{azurerm_private_dns_zone\.database_zone_/);
  });

  it("has a standby in another zone from the start (7, E3, F22)", () => {
    expect(server).toMatchObject({
      zone: "1",
      high_availability: { mode: "ZoneRedundant", standby_availability_zone: "2" },
    });
  });

  it("keeps backups, and is deleted neither by Terraform nor by Azure (9, 40)", () => {
    expect(server).toMatchObject({
      backup_retention_days: 14,
      geo_redundant_backup_enabled: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(only(stack, "azurerm_management_lock").lock_level).toBe("CanNotDelete");
  });

  it("grows its disk by itself, and does not fight over what Azure changes", () => {
    expect(server).toMatchObject({ auto_grow_enabled: true, storage_mb: 128 * 1024 });
    expect(server.lifecycle).toMatchObject({
      ignore_changes: ["storage_mb", "zone", "high_availability[0].standby_availability_zone"],
    });
  });

  it("takes TLS only, logs slow queries and measures them (F8, F17)", () => {
    const parameters = all(stack, "azurerm_postgresql_flexible_server_configuration");
    expect(Object.fromEntries(parameters.map(({ name, value }) => [name, value]))).toMatchObject({
      require_secure_transport: "ON",
      ssl_min_protocol_version: "TLSv1.2",
      log_min_duration_statement: "1000",
      "pg_qs.query_capture_mode": "TOP",
    });
    expect(only(stack, "azurerm_monitor_diagnostic_setting")).toMatchObject({
      enabled_log: [{ category: "PostgreSQLLogs" }],
      enabled_metric: [{ category: "AllMetrics" }],
    });
  });

  it("has the password that the vault has, and no file or state has it (G10, 4)", () => {
    expect(server).not.toHaveProperty("administrator_password");
    expect(server.administrator_password_wo).toBe(
      `\${jsondecode(ephemeral.azurerm_key_vault_secret.database_password.value)["password"]}`,
    );
    expect(stack.ephemeral.azurerm_key_vault_secret).toHaveProperty("database_password");
    // Known only once the secret is written, so that no run reads it before.
    expect(stack.json).toMatch(/split\(.*azurerm_key_vault_secret\.database_secret_\w+\.resource_versionless_id/);
    expect(server.administrator_login).toBe("coverstack");
  });

  it("says how it is reached, without the password", () => {
    const [before, password, after] = endpoint!.url.parts;
    expect([before, password]).toEqual(["postgres://coverstack:", { variable: "COVERSTACK_DATABASE_PASSWORD" }]);
    expect(after).toMatch(/:5432\/coverstack\?sslmode=verify-full$/);
    expect(endpoint!.secrets).toMatchObject([{ variable: "COVERSTACK_DATABASE_PASSWORD", key: "password" }]);
    expect(endpoint!.reach.port).toBe(5432);
  });

  it("is reached from the machine that was allowed, on its port, and from its standby (1)", () => {
    const subnet = `\${cidrsubnet("10.0.0.0/16", 4, 9)}`;
    expect(rules(stack, "network_database")).toEqual([
      `Inbound Allow ${subnet} → ${subnet} 5432`,
      `Inbound Allow ${subnet} → ${subnet} 6432`,
      `Inbound Allow machine → ${subnet} 5432`,
      "Inbound Deny * → * *",
    ]);
    expect(rules(stack, "machine_")).toContain(`Outbound Allow * → ${subnet} 5432`);
  });
});

describe("a database on Azure, otherwise", () => {
  it("does without a standby, protection and query store where that is asked for", () => {
    const size = { name: "B_Standard_B2s", vcpus: 2, memoryGb: 4 };
    const stack = made({ size, highAvailability: false, protect: false }, 1);
    const server = only(stack, "azurerm_postgresql_flexible_server");
    expect(server).not.toHaveProperty("high_availability");
    expect(server.lifecycle).toEqual({ prevent_destroy: false, ignore_changes: ["storage_mb", "zone"] });
    expect(all(stack, "azurerm_management_lock")).toEqual([]);
    expect(JSON.stringify(stack.resource)).not.toContain("pg_qs");
  });

  it("has a copy to read from, in another zone (F22, 8)", () => {
    const servers = all(made({ readReplica: true }), "azurerm_postgresql_flexible_server");
    expect(servers).toHaveLength(2);
    const replica = servers.find(({ create_mode }) => create_mode === "Replica")!;
    expect(replica).toMatchObject({ zone: "2", public_network_access_enabled: false });
    expect(replica.source_server_id).toMatch(/^\$\{azurerm_postgresql_flexible_server\.database_server_/);
  });

  it.each([
    [
      { version: "17.2" },
      `'version' must be a major version of PostgreSQL that is still maintained, got "17.2"; allowed: "15" or newer`,
    ],
    [{ storageGb: 0 }, "'storageGb' is out of range, got 0"],
    [{ storageGb: 20_000 }, "'storageGb' is out of range, got 20000"],
    [{ backupDays: 0 }, "'backupDays' is out of range, got 0; allowed: a whole number of days, 7 to 35"],
    [
      { size: { name: "db.t3.medium", vcpus: 2, memoryGb: 4 } },
      'database size is not known on Azure, got "db.t3.medium"',
    ],
    [{ size: { name: "B_Standard_B2s", vcpus: 2, memoryGb: 4 } }, "a burstable server has no standby"],
  ])("fails for %j (51)", (props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  it("fails for a standby in a network with one zone (51)", () => {
    expect(() => made({}, 1)).toThrow(
      "[single-vm-aws/database] a standby in another zone needs a network with two zones, got 1",
    );
  });
});
