import { describe, expect, it } from "vitest";
import type { GcpDatabase } from "../../lib/gcp/index.js";
import { DATABASE_SIZES, MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { renderSecretText } from "../../lib/workload/secret-text.js";
import { gcp, synthInNetwork } from "../support/gcp.js";
import { all, only, type Synthesised } from "../support/synth.js";

const PROPS = {
  size: DATABASE_SIZES["database-4"],
  storageGb: 50,
  highAvailability: true,
  backupDays: 14,
  protect: true,
};

function synthDatabase(props: object = {}): { readonly stack: Synthesised; readonly database: GcpDatabase } {
  const built: GcpDatabase[] = [];
  const stack = synthInNetwork((cloud, stack, network) => {
    const database = cloud.database(stack, "database", { network, ...PROPS, ...props });
    const machine = cloud.machine(stack, "machine", { network, size: MACHINE_SIZES["n1-standard-4"], boot: () => "" });
    database.allowFrom(machine);
    database.allowFrom(machine);
    built.push(database);
  });
  return { stack, database: built[0] };
}

describe("a database on Google Cloud", () => {
  const { stack, database } = synthDatabase();
  const instance = only(stack, "google_sql_database_instance");
  const settings = instance.settings as Record<string, Record<string, unknown>>;

  it("is a current PostgreSQL in a tier of its size (C1, II6)", () => {
    expect(instance.database_version).toBe("POSTGRES_17");
    expect(settings).toMatchObject({ tier: "db-custom-4-16384", edition: "ENTERPRISE", disk_type: "PD_SSD" });
  });

  it("has private addresses and TLS alone (1, F8)", () => {
    expect(settings.ip_configuration).toEqual({
      ipv4_enabled: false,
      private_network: expect.stringMatching(/^\$\{google_compute_network\./),
      allocated_ip_range: expect.stringMatching(/^\$\{google_compute_global_address\.network_private-services/),
      ssl_mode: "ENCRYPTED_ONLY",
      server_ca_mode: "GOOGLE_MANAGED_INTERNAL_CA",
    });
    expect(instance.depends_on).toContainEqual(expect.stringMatching(/^google_service_networking_connection\./));
  });

  it("has a standby in another zone (7, F22)", () => {
    expect(settings.availability_type).toBe("REGIONAL");
  });

  it("keeps backups, and points in time as long as its edition does (9, E11)", () => {
    expect(settings.backup_configuration).toMatchObject({
      enabled: true,
      backup_retention_settings: { retention_unit: "COUNT", retained_backups: 14 },
      point_in_time_recovery_enabled: true,
      transaction_log_retention_days: 7,
    });
  });

  it("is deleted by neither Google nor Terraform, and leaves its backups (40, G3)", () => {
    expect(instance).toMatchObject({ deletion_protection: true, lifecycle: { prevent_destroy: true } });
    expect(settings).toMatchObject({ deletion_protection_enabled: true, retain_backups_on_delete: true });
  });

  it("grows by itself, unharmed by the next apply", () => {
    expect(settings).toMatchObject({ disk_size: 50, disk_autoresize: true });
    expect(instance.lifecycle).toMatchObject({ ignore_changes: ["settings[0].disk_size"] });
  });

  it("says which queries are slow (F17)", () => {
    expect(settings.database_flags).toContainEqual({ name: "log_min_duration_statement", value: "1000" });
    expect(settings.insights_config).toMatchObject({ query_insights_enabled: true });
  });

  it("has one user, whose password comes from the secret and is in no file or state (4)", () => {
    const user = only(stack, "google_sql_user");
    expect(user).toMatchObject({ name: "coverstack", deletion_policy: "ABANDON", password_wo_version: 1 });
    expect(user).not.toHaveProperty("password");
    expect(user.password_wo).toBe(
      `\${jsondecode(ephemeral.google_secret_manager_secret_version.database_password.secret_data)["password"]}`,
    );
    const [local] = Object.entries(JSON.parse(stack.json).locals as Record<string, string>);
    expect(local[1]).toMatch(/^\$\{google_secret_manager_secret_version\.database_secret_value_\w+\.secret\}$/);
    expect(stack.ephemeral.google_secret_manager_secret_version.database_password.secret).toBe(`\${local.${local[0]}}`);
  });

  it("is reached under a URL that asks for its own certificate (F8)", () => {
    const { url, secrets, reach, caCertificate } = database.endpoint;
    expect(renderSecretText(url, (name) => `<${name}>`)).toMatch(
      /^postgres:\/\/coverstack:<COVERSTACK_DATABASE_PASSWORD>@\S+:5432\/coverstack\?sslmode=verify-ca$/,
    );
    expect(secrets).toEqual([
      { variable: "COVERSTACK_DATABASE_PASSWORD", secret: database.secret.secretId, key: "password" },
    ]);
    expect(reach.port).toBe(5432);
    expect(caCertificate).toBeDefined();
  });

  it("is reached by whom it allows, on its port (F21)", () => {
    const rules = all(stack, "google_compute_firewall").filter(({ name }) => String(name).includes("to-database"));
    expect(rules).toMatchObject([
      {
        direction: "EGRESS",
        target_service_accounts: [expect.stringMatching(/machine_identity/)],
        destination_ranges: [
          expect.stringMatching(/^\$\{google_sql_database_instance\.database_instance_\w+\.private_ip_address\}\/32$/),
        ],
        allow: [{ protocol: "tcp", ports: ["5432"] }],
      },
    ]);
  });

  it("has a name that was never used before", () => {
    expect(instance.name).toMatch(/^single-vm-aws-database-\$\{random_id\.database_suffix_\w+\.hex\}$/);
  });
});

describe("other forms of a database on Google Cloud", () => {
  it("cost less: one zone, nothing kept", () => {
    const { stack } = synthDatabase({ highAvailability: false, protect: false });
    const instance = only(stack, "google_sql_database_instance");
    expect(instance).toMatchObject({ deletion_protection: false, lifecycle: { prevent_destroy: false } });
    expect(instance.settings).toMatchObject({
      availability_type: "ZONAL",
      deletion_protection_enabled: false,
      retain_backups_on_delete: false,
    });
  });

  it("have a copy to read from, which may go at any time (8, F22)", () => {
    const { stack, database } = synthDatabase({ readReplica: true });
    const copies = all(stack, "google_sql_database_instance").filter((instance) => "master_instance_name" in instance);
    expect(copies).toMatchObject([
      { deletion_protection: false, settings: { availability_type: "ZONAL", tier: "db-custom-4-16384" } },
    ]);
    expect(database.replica).toBeDefined();
  });

  it.each([
    ["db-custom-16-65536", "ENTERPRISE", 7],
    ["db-perf-optimized-N-8", "ENTERPRISE_PLUS", 14],
  ])("are of Google's own tier %s, in its edition", (name, edition, days) => {
    const { stack } = synthDatabase({ size: { name, vcpus: 16, memoryGb: 64 } });
    expect(only(stack, "google_sql_database_instance").settings).toMatchObject({
      tier: name,
      edition,
      backup_configuration: { transaction_log_retention_days: days },
    });
  });
});

describe("bad input for a database on Google Cloud", () => {
  const database = (props: object, reach: "public" | "data" = "data") => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network", { reach });
    return () => cloud.database(stack, "database", { network, ...PROPS, ...props });
  };

  it.each([
    [{ storageGb: 5 }, "'storageGb' is out of range, got 5; allowed: a whole number of GB, 10 to 65536"],
    [{ storageGb: -1 }, "'storageGb' is out of range, got -1"],
    [{ backupDays: 0 }, "'backupDays' is out of range, got 0; allowed: a whole number of days, 1 to 35"],
    [{ backupDays: 36 }, "'backupDays' is out of range, got 36"],
    [
      { version: "10" },
      `'version' must be a major version of PostgreSQL that is still maintained, got "10"; allowed: "15" or newer`,
    ],
    [
      { size: { name: "db.t3.medium", vcpus: 2, memoryGb: 4 } },
      `database size is not known on Google Cloud, got "db.t3.medium"; allowed: database-2, database-4, database-8, or a Cloud SQL tier such as db-custom-16-65536`,
    ],
  ])("fails for %o", (props, message) => {
    expect(database(props)).toThrow(message);
  });

  it("fails in a network without a place for it", () => {
    expect(database({}, "public")).toThrow(
      "[test/database] a database needs private services access; give the network 'reach' data or private, or name its 'privateServicesRange'",
    );
  });
});
