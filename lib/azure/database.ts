import {
  PostgresqlFlexibleServer,
  type PostgresqlFlexibleServerConfig,
} from "@cdktf/provider-azurerm/lib/postgresql-flexible-server";
import { PostgresqlFlexibleServerConfiguration } from "@cdktf/provider-azurerm/lib/postgresql-flexible-server-configuration";
import { PostgresqlFlexibleServerDatabase } from "@cdktf/provider-azurerm/lib/postgresql-flexible-server-database";
import { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { Construct } from "constructs";
import { checkPostgresVersion, checkWhole } from "../cloud/checks.js";
import type { Database, DatabaseProps } from "../cloud/database.js";
import { CoverstackError } from "../errors.js";
import { merge } from "../merge.js";
import type { Endpoint } from "../workload/endpoint.js";
import { POSTGRES_VERSION } from "../workload/versions.js";
import type { AzureContext } from "./context.js";
import { type AzureSource, allowBetween } from "./firewall.js";
import { globalName } from "./names.js";
import type { AzureNetwork, AzureSubnet } from "./network.js";
import { linkZone } from "./private-link.js";
import { type AzureSecret, GeneratedSecret, secretValue } from "./secret.js";
import { serverSku } from "./sizes.js";

const NAME = "coverstack";
const PORT = 5432;
/** Between a server and its standby, besides the port above. */
const STANDBY_PORT = 6432;
const PASSWORD = { variable: "COVERSTACK_DATABASE_PASSWORD" };
/** The sizes of disks that there are, GB. */
const DISKS_GB = [32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384] as const;

const STANDBY_ZONE = "high_availability[0].standby_availability_zone";

/** Server parameters, by name. */
const PARAMETERS: Readonly<Record<string, string>> = {
  require_secure_transport: "ON",
  ssl_min_protocol_version: "TLSv1.2",
  log_min_duration_statement: "1000",
  log_lock_waits: "ON",
  "metrics.collector_database_activity": "ON",
};

/** What queries cost, which burstable servers do not measure. */
const QUERY_STORE: Readonly<Record<string, string>> = {
  "pg_qs.query_capture_mode": "TOP",
  "pgms_wait_sampling.query_capture_mode": "ALL",
};

/**
 * Azure Database for PostgreSQL in a subnet of the network. Azure encrypts the disk, grows it, and keeps backups for a few
 * days even when the server is deleted.
 */
export class AzureDatabase extends Construct implements Database {
  readonly secret: AzureSecret;
  readonly zone: PrivateDnsZone;
  readonly server: PostgresqlFlexibleServer;
  readonly database: PostgresqlFlexibleServerDatabase;
  readonly replica: PostgresqlFlexibleServer | undefined;
  readonly endpoint: Endpoint;
  readonly #subnet: AzureSubnet;

  /** @throws CoverstackError on sizes, days or versions that Azure does not take, or a standby in a network of one zone */
  constructor(scope: Construct, id: string, azure: AzureContext, props: DatabaseProps<AzureNetwork>) {
    super(scope, id);
    check(props, this);
    const { network, protect } = props;
    const { provider } = azure;
    this.#subnet = network.subnet("database", this);
    for (const port of [PORT, STANDBY_PORT]) {
      const within = { prefixes: [this.#subnet.cidr] };
      this.#subnet.rules?.allow(`standby-${port}`, { direction: "Inbound", from: within, to: within, port });
    }
    this.secret = new GeneratedSecret(this, "secret", azure, { generate: { password: 40 } });
    const name = globalName(this, azure.suffix, 60);
    this.zone = new PrivateDnsZone(this, "zone", {
      provider,
      resourceGroupName: azure.resourceGroupName,
      tags: azure.tags,
      name: `${name}.private.postgres.database.azure.com`,
    });
    const known = linkZone(network, `${this.node.id}-zone`, this.zone, azure);
    const config: PostgresqlFlexibleServerConfig = {
      ...this.#config(name, azure, props),
      dependsOn: [known, ...this.#subnet.ready],
    };
    this.server = new PostgresqlFlexibleServer(this, "server", merge(config, azure.overrides.database?.server));
    const parameters = props.size.name.startsWith("B_") ? PARAMETERS : { ...PARAMETERS, ...QUERY_STORE };
    for (const [parameter, value] of Object.entries(parameters)) {
      const serverId = this.server.id;
      new PostgresqlFlexibleServerConfiguration(this, parameter, { provider, serverId, name: parameter, value });
    }
    this.database = new PostgresqlFlexibleServerDatabase(this, "database", {
      provider,
      serverId: this.server.id,
      name: NAME,
      charset: "UTF8",
      collation: "en_US.utf8",
      lifecycle: { preventDestroy: protect },
    });
    this.replica = props.readReplica ? this.#replica(name, azure, props) : undefined;
    azure.log(this, this.server.id, ["PostgreSQLLogs"]);
    if (protect) azure.lock(this, this.server.id);
    this.endpoint = {
      url: { parts: [`postgres://${NAME}:`, PASSWORD, `@${this.server.fqdn}:${PORT}/${NAME}?sslmode=verify-full`] },
      secrets: [{ ...PASSWORD, secret: this.secret.secretId, key: "password" }],
      reach: { cidr: this.#subnet.cidr, port: PORT },
    };
  }

  allowFrom(source: AzureSource): void {
    const { rules, cidr } = this.#subnet;
    allowBetween(source, { part: this, rules, to: { prefixes: [cidr] }, port: PORT });
  }

  #config(name: string, azure: AzureContext, props: DatabaseProps<AzureNetwork>): PostgresqlFlexibleServerConfig {
    const { network, version = POSTGRES_VERSION, highAvailability, backupDays, protect } = props;
    const [zone, standbyAvailabilityZone] = network.zones;
    const standby = { mode: "ZoneRedundant", standbyAvailabilityZone };
    return {
      ...this.#place(azure, props),
      name,
      version,
      administratorLogin: NAME,
      // Read back from the vault, so that after a failed run both end up with the same one.
      administratorPasswordWo: secretValue(this, "password", { secret: this.secret.secretId, key: "password" }, azure),
      administratorPasswordWoVersion: 1,
      authentication: { passwordAuthEnabled: true, activeDirectoryAuthEnabled: false },
      backupRetentionDays: backupDays,
      geoRedundantBackupEnabled: false,
      maintenanceWindow: { dayOfWeek: 0, startHour: 3, startMinute: 0 },
      ...(zone !== undefined && { zone }),
      ...(highAvailability && { highAvailability: standby }),
      lifecycle: {
        preventDestroy: protect,
        // The disk grows by itself, and server and standby change places when one fails.
        ignoreChanges: ["storage_mb", "zone", ...(highAvailability ? [STANDBY_ZONE] : [])],
      },
    };
  }

  #place(azure: AzureContext, { size, storageGb }: DatabaseProps<AzureNetwork>) {
    return {
      ...azure.home,
      skuName: serverSku(size, this),
      storageMb: 1024 * (DISKS_GB.find((disk) => disk >= storageGb) ?? storageGb),
      autoGrowEnabled: true,
      delegatedSubnetId: this.#subnet.id,
      privateDnsZoneId: this.zone.id,
      publicNetworkAccessEnabled: false,
    };
  }

  #replica(name: string, azure: AzureContext, props: DatabaseProps<AzureNetwork>): PostgresqlFlexibleServer {
    const [first, second = first] = props.network.zones;
    return new PostgresqlFlexibleServer(this, "replica", {
      ...this.#place(azure, props),
      name: `${name}-r`,
      createMode: "Replica",
      sourceServerId: this.server.id,
      ...(second !== undefined && { zone: second }),
      lifecycle: { ignoreChanges: ["storage_mb", "zone"] },
      // Replication starts from the finished database.
      dependsOn: [this.database],
    });
  }
}

function check(props: DatabaseProps<AzureNetwork>, scope: Construct): void {
  const { network, size, version = POSTGRES_VERSION, storageGb, backupDays, highAvailability } = props;
  checkPostgresVersion(version, scope);
  const most = DISKS_GB[DISKS_GB.length - 1];
  if (!(storageGb >= 1 && storageGb <= most)) {
    const allowed = `1 to ${most} GB; the next of ${DISKS_GB.join(", ")} is taken`;
    throw new CoverstackError({ what: "'storageGb' is out of range", given: storageGb, allowed }, scope);
  }
  checkWhole(backupDays, "backupDays", { unit: "days", least: 7, most: 35 }, scope);
  if (!highAvailability) return;
  if (size.name.startsWith("B_")) {
    const fix = "choose a GP_ or MO_ size, or switch highAvailability off";
    throw new CoverstackError({ what: "a burstable server has no standby", given: size.name, fix }, scope);
  }
  if (network.zones.length < 2) {
    const fix = "make the network with zones: 2, in a region that has zones, or switch highAvailability off";
    throw new CoverstackError(
      { what: "a standby in another zone needs a network with two zones", given: network.zones.length, fix },
      scope,
    );
  }
}
