import { DbInstance, type DbInstanceConfig } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup, type DbParameterGroupConfig } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { checkPostgresVersion, checkWhole } from "../cloud/checks.js";
import type { Database, DatabaseProps } from "../cloud/database.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import type { Endpoint } from "../workload/endpoint.js";
import { POSTGRES_VERSION } from "../workload/versions.js";
import { checkPrivateZones } from "./checks.js";
import { type AwsSource, allowBetween, securityGroup } from "./firewall.js";
import { AwsRole } from "./identity.js";
import { fixedName, KEEPS_NAME } from "./names.js";
import type { AwsNetwork } from "./network.js";
import { GeneratedSecret, secretValue } from "./secret.js";
import { databaseClass } from "./sizes.js";

/** Laid over the resources of every database, key by key. */
export interface AwsDatabaseOverrides {
  readonly instance?: DeepPartial<Omit<DbInstanceConfig, "password" | "passwordWo" | "vpcSecurityGroupIds">>;
  readonly replica?: DeepPartial<Omit<DbInstanceConfig, "replicateSourceDb" | "vpcSecurityGroupIds">>;
  readonly parameterGroup?: DeepPartial<Omit<DbParameterGroupConfig, "family">>;
  /** PEM of the root that RDS signs under in the region. @default the service's own: it knows those of most regions */
  readonly caCertificate?: string;
}

const PORT = 5432;
const NAME = "coverstack";
const VARIABLE = "COVERSTACK_DATABASE_PASSWORD";
/** What RDS takes at most, and half of it to start with: there has to be room to grow. */
const MOST_STORAGE_GB = 65_536;
const MOST_FIRST_STORAGE_GB = MOST_STORAGE_GB / 2;
/** How many times its first size the storage may become. */
const STORAGE_GROWTH = 10;
const PASSWORD_LENGTH = 40;
const SLOW_QUERY_MILLISECONDS = "1000";
const METRICS_SECONDS = 60;
/** The service does not know the roots of these regions. */
const REGIONS_OF_OTHER_ROOTS = /^(cn|us-gov)-|^(ap-east-2|ap-southeast-[5-7]|ca-west-1|il-central-1|mx-central-1)$/;

/** Amazon RDS for PostgreSQL: private, encrypted, TLS only. */
export class AwsDatabase extends Construct implements Database {
  readonly secret: GeneratedSecret;
  readonly securityGroup: SecurityGroup;
  readonly parameterGroup: DbParameterGroup;
  readonly instance: DbInstance;
  /** A copy to read from, when one was asked for. */
  readonly replica: DbInstance | undefined;
  readonly endpoint: Endpoint;
  readonly #provider: AwsProvider;
  readonly #monitoring: AwsRole;

  /** @throws CoverstackError on sizes, days, versions or regions that do not work, or a network without two private zones */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: DatabaseProps<AwsNetwork>,
    overrides: AwsDatabaseOverrides = {},
  ) {
    super(scope, id);
    this.#provider = provider;
    checkPrivateZones(props.network, "a database on RDS", this);
    checkWhole(props.storageGb, "storageGb", { unit: "GB", least: 20, most: MOST_FIRST_STORAGE_GB }, this);
    checkWhole(props.backupDays, "backupDays", { unit: "days", least: 1, most: 35 }, this);
    const { version = POSTGRES_VERSION } = props;
    checkPostgresVersion(version, this);
    const instanceClass = databaseClass(props.size, this);
    const { caCertificate } = overrides;
    if (caCertificate === undefined) checkRoot(provider.region, this);
    this.secret = new GeneratedSecret(this, "secret", provider, { generate: { password: PASSWORD_LENGTH } });
    this.securityGroup = securityGroup(this, provider, props.network.vpcId);
    this.#monitoring = new AwsRole(this, "monitoring", provider, "monitoring.rds.amazonaws.com");
    this.#monitoring.attach("policy", "service-role/AmazonRDSEnhancedMonitoringRole");
    this.parameterGroup = new DbParameterGroup(
      this,
      "parameter-group",
      merge(this.#parameters(version), overrides.parameterGroup),
    );
    this.instance = new DbInstance(
      this,
      "instance",
      merge(this.#primary(props, instanceClass, version), overrides.instance),
    );
    this.#monitoring.holdBack(this.instance);
    this.replica = props.readReplica
      ? new DbInstance(this, "replica", merge(this.#copy(instanceClass), overrides.replica))
      : undefined;
    this.endpoint = {
      url: {
        parts: [
          `postgres://${NAME}:`,
          { variable: VARIABLE },
          `@${this.instance.address}:${PORT}/${NAME}?sslmode=verify-full`,
        ],
      },
      secrets: [{ variable: VARIABLE, secret: this.secret.secretId, key: "password" }],
      reach: { cidr: props.network.cidr, port: PORT },
      ...(caCertificate !== undefined && { caCertificate }),
    };
  }

  allowFrom(source: AwsSource): void {
    allowBetween(source, { securityGroup: this.securityGroup, scope: this }, PORT, this.#provider);
  }

  #parameters(version: string): DbParameterGroupConfig {
    return {
      provider: this.#provider,
      namePrefix: `${fixedName(this, 36)}-`,
      family: `postgres${version}`,
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        { name: "log_min_duration_statement", value: SLOW_QUERY_MILLISECONDS },
        { name: "log_lock_waits", value: "1" },
      ],
      // A new major version takes a new group, which is there before the server lets go of the old one.
      lifecycle: { ...KEEPS_NAME, createBeforeDestroy: true },
    };
  }

  #primary(props: DatabaseProps<AwsNetwork>, instanceClass: string, version: string): DbInstanceConfig {
    const subnets = new DbSubnetGroup(this, "subnets", {
      provider: this.#provider,
      namePrefix: `${fixedName(this, 36)}-`,
      subnetIds: props.network.privateSubnets.map(({ id }) => id),
      lifecycle: KEEPS_NAME,
    });
    return {
      ...this.#common(instanceClass, props.protect),
      identifierPrefix: `${fixedName(this, 36)}-`,
      engine: "postgres",
      engineVersion: version,
      dbName: NAME,
      username: NAME,
      passwordWo: secretValue(this, "password", { secret: this.secret.secretId, key: "password" }, this.#provider),
      passwordWoVersion: 1,
      dbSubnetGroupName: subnets.name,
      multiAz: props.highAvailability,
      storageType: "gp3",
      storageEncrypted: true,
      allocatedStorage: props.storageGb,
      maxAllocatedStorage: Token.isUnresolved(props.storageGb)
        ? MOST_STORAGE_GB
        : Math.min(props.storageGb * STORAGE_GROWTH, MOST_STORAGE_GB),
      backupRetentionPeriod: props.backupDays,
      backupWindow: "01:00-02:00",
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !props.protect,
      skipFinalSnapshot: !props.protect,
      // The group's id makes it the only snapshot of that name in the account.
      ...(props.protect && {
        finalSnapshotIdentifier: `${fixedName(this, 36)}-final-${Fn.replace(this.securityGroup.id, "sg-", "")}`,
      }),
      allowMajorVersionUpgrade: true,
    };
  }

  #copy(instanceClass: string): DbInstanceConfig {
    return {
      ...this.#common(instanceClass, false),
      identifierPrefix: `${fixedName(this, 28)}-replica-`,
      replicateSourceDb: this.instance.identifier,
      storageEncrypted: true,
      skipFinalSnapshot: true,
    };
  }

  #common(instanceClass: string, protect: boolean): DbInstanceConfig {
    return {
      provider: this.#provider,
      instanceClass,
      parameterGroupName: this.parameterGroup.name,
      vpcSecurityGroupIds: [this.securityGroup.id],
      publiclyAccessible: false,
      caCertIdentifier: "rds-ca-ecc384-g1",
      autoMinorVersionUpgrade: true,
      maintenanceWindow: "sun:03:00-sun:04:00",
      // Terraform is done when the change is: else an old parameter group would be deleted while it is still in use.
      applyImmediately: true,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      monitoringInterval: METRICS_SECONDS,
      monitoringRoleArn: this.#monitoring.role.arn,
      // RDS refuses it on the smallest.
      performanceInsightsEnabled: !/\.t\d+g?\.(micro|small)$/.test(instanceClass),
      deletionProtection: protect,
      tags: { Name: this.node.path },
      // A stack that is renamed keeps its database.
      lifecycle: { preventDestroy: protect, ignoreChanges: ["identifier_prefix"] },
    };
  }
}

function checkRoot(region: string | undefined, scope: Construct): void {
  if (region === undefined || Token.isUnresolved(region) || !REGIONS_OF_OTHER_ROOTS.test(region)) return;
  const fix = "pass the PEM of the region's 'Root CA ECC384 G1' as overrides.database.caCertificate";
  throw new CoverstackError({ what: "the service does not trust RDS in this region", given: region, fix }, scope);
}
