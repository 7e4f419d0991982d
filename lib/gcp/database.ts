import { SqlDatabase } from "@cdktf/provider-google/lib/sql-database";
import {
  SqlDatabaseInstance,
  type SqlDatabaseInstanceConfig,
  type SqlDatabaseInstanceSettings,
} from "@cdktf/provider-google/lib/sql-database-instance";
import { SqlUser } from "@cdktf/provider-google/lib/sql-user";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkPostgresVersion, checkWhole } from "../cloud/checks.js";
import type { Database, DatabaseProps } from "../cloud/database.js";
import { type DeepPartial, merge } from "../merge.js";
import type { Endpoint } from "../workload/endpoint.js";
import { POSTGRES_VERSION } from "../workload/versions.js";
import { needed } from "./checks.js";
import type { GcpSource } from "./firewall.js";
import { resourceName } from "./names.js";
import type { GcpNetwork, PrivateServices } from "./network.js";
import type { GcpProject } from "./project.js";
import { GeneratedSecret, secretValue } from "./secret.js";
import { type DatabaseTier, databaseTier } from "./sizes.js";
import { suffix } from "./suffix.js";

/** Laid over the resources of every database, key by key. */
export interface GcpDatabaseOverrides {
  readonly instance?: DeepPartial<Omit<SqlDatabaseInstanceConfig, "rootPassword">>;
  readonly replica?: DeepPartial<Omit<SqlDatabaseInstanceConfig, "masterInstanceName">>;
}

const PORT = 5432;
const NAME = "coverstack";
const VARIABLE = "COVERSTACK_DATABASE_PASSWORD";
const PASSWORD_LENGTH = 40;
const MOST_STORAGE_GB = 65_536;
const LONGEST_INSTANCE_NAME = 80;
const SLOW_QUERY_MILLISECONDS = "1000";
/** Each edition keeps what points in time are made of for so many days. */
const MOST_LOG_DAYS = { ENTERPRISE: 7, ENTERPRISE_PLUS: 35 } as const;

/**
 * Cloud SQL for PostgreSQL: private, encrypted, TLS only. Backups are kept as long as asked for; points in time between
 * them for 7 days at most, or 35 in a tier of the edition Enterprise Plus.
 */
export class GcpDatabase extends Construct implements Database {
  readonly secret: GeneratedSecret;
  readonly instance: SqlDatabaseInstance;
  readonly database: SqlDatabase;
  readonly user: SqlUser;
  /** A copy to read from, when one was asked for. */
  readonly replica: SqlDatabaseInstance | undefined;
  readonly endpoint: Endpoint;
  readonly #project: GcpProject;

  /** @throws CoverstackError on sizes, days or versions that Cloud SQL does not take, or a network without a place for it */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    props: DatabaseProps<GcpNetwork>,
    overrides: GcpDatabaseOverrides = {},
  ) {
    super(scope, id);
    this.#project = project;
    const { network } = props;
    const fix = "give the network 'reach' data or private, or name its 'privateServicesRange'";
    const services = needed(network.privateServices, "a database needs private services access", fix, this);
    checkWhole(props.storageGb, "storageGb", { unit: "GB", least: 10, most: MOST_STORAGE_GB }, this);
    checkWhole(props.backupDays, "backupDays", { unit: "days", least: 1, most: 35 }, this);
    const { version = POSTGRES_VERSION } = props;
    checkPostgresVersion(version, this);
    const tier = databaseTier(props.size, this);
    const { provider } = project;
    this.secret = new GeneratedSecret(this, "secret", project, { generate: { password: PASSWORD_LENGTH } });
    // A deleted server's name stays taken for days.
    const name = `${resourceName(this, "", LONGEST_INSTANCE_NAME)}-${suffix(this)}`;
    const primary = this.#server(name, version, props.protect, services, {
      ...this.#settings(props, tier, services),
      availabilityType: props.highAvailability ? "REGIONAL" : "ZONAL",
      backupConfiguration: backups(props.backupDays, tier.edition),
      maintenanceWindow: { day: 7, hour: 3, updateTrack: "stable" },
      retainBackupsOnDelete: props.protect,
    });
    this.instance = new SqlDatabaseInstance(this, "instance", merge(primary, overrides.instance));
    // Roles and databases go with the server: PostgreSQL does not drop a role that owns anything.
    const kept = { provider, name: NAME, instance: this.instance.name, deletionPolicy: "ABANDON" };
    this.database = new SqlDatabase(this, "database", kept);
    this.user = new SqlUser(this, "user", {
      ...kept,
      passwordWo: secretValue(this, "password", { secret: this.secret.secretId, key: "password" }, project),
      passwordWoVersion: 1,
    });
    this.replica = props.readReplica
      ? new SqlDatabaseInstance(
          this,
          "replica",
          merge(this.#copy(name, version, props, tier, services), overrides.replica),
        )
      : undefined;
    this.endpoint = this.#endpoint();
  }

  allowFrom(source: GcpSource): void {
    source.firewall.allowTo(this.endpoint.reach.cidr, PORT, "database");
  }

  #endpoint(): Endpoint {
    const address = this.instance.privateIpAddress;
    return {
      // Each server has an authority of its own, and a certificate that does not name its address.
      url: {
        parts: [`postgres://${NAME}:`, { variable: VARIABLE }, `@${address}:${PORT}/${NAME}?sslmode=verify-ca`],
      },
      secrets: [{ variable: VARIABLE, secret: this.secret.secretId, key: "password" }],
      reach: { cidr: `${address}/32`, port: PORT },
      caCertificate: this.instance.serverCaCert.get(0).cert,
    };
  }

  #server(
    name: string,
    version: string,
    protect: boolean,
    { connection }: PrivateServices,
    settings: SqlDatabaseInstanceSettings,
  ): SqlDatabaseInstanceConfig {
    const { provider, region } = this.#project;
    return {
      provider,
      name,
      region,
      databaseVersion: `POSTGRES_${version}`,
      deletionProtection: protect,
      settings,
      // It grows by itself.
      lifecycle: { preventDestroy: protect, ignoreChanges: ["settings[0].disk_size"] },
      dependsOn: [...connection, ...this.#project.apis("sqladmin")],
    };
  }

  #settings(
    { network, storageGb, protect }: DatabaseProps<GcpNetwork>,
    { tier, edition }: DatabaseTier,
    { range }: PrivateServices,
  ): SqlDatabaseInstanceSettings {
    return {
      tier,
      edition,
      diskType: "PD_SSD",
      diskSize: storageGb,
      diskAutoresize: true,
      deletionProtectionEnabled: protect,
      ipConfiguration: {
        ipv4Enabled: false,
        privateNetwork: network.networkId,
        allocatedIpRange: range,
        sslMode: "ENCRYPTED_ONLY",
        serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      },
      databaseFlags: [
        { name: "log_min_duration_statement", value: SLOW_QUERY_MILLISECONDS },
        { name: "log_lock_waits", value: "on" },
      ],
      insightsConfig: { queryInsightsEnabled: true, queryPlansPerMinute: 5, queryStringLength: 1024 },
    };
  }

  #copy(
    name: string,
    version: string,
    props: DatabaseProps<GcpNetwork>,
    tier: DatabaseTier,
    services: PrivateServices,
  ): SqlDatabaseInstanceConfig {
    // It holds nothing that the server has not, and may go at any time.
    const settings = { ...this.#settings({ ...props, protect: false }, tier, services), availabilityType: "ZONAL" };
    return {
      ...this.#server(`${name}-replica`, version, false, services, settings),
      masterInstanceName: this.instance.name,
    };
  }
}

function backups(days: number, edition: DatabaseTier["edition"]) {
  const most = MOST_LOG_DAYS[edition];
  return {
    enabled: true,
    startTime: "02:00",
    backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: days },
    pointInTimeRecoveryEnabled: true,
    transactionLogRetentionDays: Token.isUnresolved(days) ? most : Math.min(days, most),
  };
}
