import { TerraformVariable } from "cdktf";
import { describe, expect, it } from "vitest";
import { AwsDatabase, type AwsDatabaseOverrides } from "../../lib/aws/database.js";
import type { AwsNetwork } from "../../lib/aws/network.js";
import type { DatabaseProps } from "../../lib/cloud/database.js";
import { DATABASE_SIZES } from "../../lib/workload/machine-size.js";
import { renderSecretText } from "../../lib/workload/secret-text.js";
import { type AwsSurroundings, awsObjections, awsPlugin, Client, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { all, only } from "../support/synth.js";

type Props = Partial<DatabaseProps<AwsNetwork>>;

function database({ stack, provider, network }: AwsSurroundings, props: Props = {}, overrides?: AwsDatabaseOverrides) {
  const defaults = {
    network,
    size: DATABASE_SIZES["database-2"],
    storageGb: 50,
    highAvailability: true,
    backupDays: 14,
    protect: true,
  };
  return new AwsDatabase(stack, "database", provider, { ...defaults, ...props }, overrides);
}

describe("a database on AWS", () => {
  let endpoint!: AwsDatabase["endpoint"];
  const stack = synthAws((surroundings) => {
    const made = database(surroundings);
    const client = new Client(surroundings);
    made.allowFrom(client);
    made.allowFrom(client);
    endpoint = made.endpoint;
  });
  const instance = only(stack, "aws_db_instance");
  const group = only(stack, "aws_db_parameter_group");

  it("is a PostgreSQL of a maintained version, in the class that the size maps to (C1, 7)", () => {
    expect(instance).toMatchObject({ engine: "postgres", engine_version: "17", instance_class: "db.m7g.large" });
    expect(group.family).toBe("postgres17");
    expect(instance.multi_az).toBe(true);
  });

  it("lies in the private subnets, with no public address (1)", () => {
    expect(instance.publicly_accessible).toBe(false);
    expect(only(stack, "aws_db_subnet_group").subnet_ids).toEqual([
      expect.stringMatching(/^\$\{aws_subnet\.network_private-0_/),
      expect.stringMatching(/^\$\{aws_subnet\.network_private-1_/),
    ]);
  });

  it("encrypts storage and keeps a final snapshot, backups and itself (F8, 6, 9, 40)", () => {
    expect(instance).toMatchObject({
      storage_encrypted: true,
      backup_retention_period: 14,
      deletion_protection: true,
      skip_final_snapshot: false,
      delete_automated_backups: false,
      copy_tags_to_snapshot: true,
      lifecycle: { prevent_destroy: true },
    });
    expect(instance.final_snapshot_identifier).toMatch(
      /^single-vm-aws-database-final-\$\{replace\(aws_security_group\./,
    );
  });

  it("lets its storage grow tenfold", () => {
    expect(instance).toMatchObject({ storage_type: "gp3", allocated_storage: 50, max_allocated_storage: 500 });
  });

  it("refuses connections without TLS, and logs slow queries (F8, F17)", () => {
    expect(group.parameter).toEqual(
      expect.arrayContaining([
        { name: "rds.force_ssl", value: "1" },
        { name: "log_min_duration_statement", value: "1000" },
      ]),
    );
    expect(instance.enabled_cloudwatch_logs_exports).toEqual(["postgresql", "upgrade"]);
  });

  it("is measured every minute, down to the query (F17)", () => {
    expect(instance).toMatchObject({ monitoring_interval: 60, performance_insights_enabled: true });
    const [attachment] = all(stack, "aws_iam_role_policy_attachment");
    expect(attachment.policy_arn).toBe("arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole");
    expect(instance.depends_on).toContainEqual(expect.stringMatching(/^aws_iam_role_policy_attachment\./));
  });

  it("takes its password from the secret's written value, through an argument that state does not keep (G10)", () => {
    expect(instance).not.toHaveProperty("password");
    expect(instance.password_wo_version).toBe(1);
    const [[name, read]] = Object.entries(stack.ephemeral.aws_secretsmanager_secret_version);
    expect(instance.password_wo).toBe(
      `\${jsondecode(ephemeral.aws_secretsmanager_secret_version.${name}.secret_string)["password"]}`,
    );
    const { locals } = JSON.parse(stack.json) as { locals: Record<string, string> };
    const secret = locals[String(read.secret_id).slice(`\${local.`.length, -1)];
    expect(secret).toMatch(/^\$\{aws_secretsmanager_secret_version\..*\.arn\}$/);
  });

  it("takes minor versions by itself and major ones on demand, with a parameter group of their own", () => {
    expect(instance).toMatchObject({
      auto_minor_version_upgrade: true,
      allow_major_version_upgrade: true,
      apply_immediately: true,
      maintenance_window: "sun:03:00-sun:04:00",
    });
    expect(group.lifecycle).toMatchObject({ create_before_destroy: true });
    expect(group.name_prefix).toBe("single-vm-aws-database-");
  });

  it("lets in nobody but whom it was told to, on its port alone", () => {
    const [rule, ...more] = all(stack, "aws_vpc_security_group_ingress_rule");
    expect(more).toEqual([]);
    expect(rule).toMatchObject({ from_port: 5432, to_port: 5432 });
    expect(rule.referenced_security_group_id).toMatch(/^\$\{aws_security_group\.client_/);
    expect(rule).not.toHaveProperty("cidr_ipv4");
    expect(only(stack, "aws_vpc_security_group_egress_rule")).toMatchObject({ from_port: 5432, to_port: 5432 });
  });

  it("has an endpoint that clients verify down to the server's name (F8)", () => {
    const url = renderSecretText(endpoint.url, (variable) => `<${variable}>`);
    expect(url).toMatch(
      /^postgres:\/\/coverstack:<COVERSTACK_DATABASE_PASSWORD>@\$\{TfToken\[.*\]\}:5432\/coverstack\?sslmode=verify-full$/,
    );
    expect(endpoint.secrets).toMatchObject([{ variable: "COVERSTACK_DATABASE_PASSWORD", key: "password" }]);
    expect(endpoint.reach).toEqual({ cidr: "10.0.0.0/16", port: 5432 });
  });

  it("is signed under a root that the service trusts by itself (F8)", () => {
    expect(endpoint).not.toHaveProperty("caCertificate");
    expect(instance.ca_cert_identifier).toBe("rds-ca-ecc384-g1");
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("a database for a trial, with a copy to read from", () => {
  const stack = synthAws((surroundings) => {
    const size = { name: "db.t4g.small", vcpus: 2, memoryGb: 2 };
    const props = { size, highAvailability: false, protect: false, readReplica: true, version: "16" };
    database(surroundings, props, { instance: { iops: 4000, tags: { Team: "quality" } } });
  });
  const [instance, replica] = all(stack, "aws_db_instance");

  it("goes without a trace (40)", () => {
    expect(instance).toMatchObject({
      multi_az: false,
      deletion_protection: false,
      skip_final_snapshot: true,
      delete_automated_backups: true,
      lifecycle: { prevent_destroy: false },
    });
    expect(instance).not.toHaveProperty("final_snapshot_identifier");
  });

  it("does without Performance Insights where RDS has none", () => {
    expect(instance).toMatchObject({ instance_class: "db.t4g.small", performance_insights_enabled: false });
  });

  it("copies to a replica of the same class, reached by the same rules (F22, 8)", () => {
    expect(replica).toMatchObject({
      replicate_source_db: expect.stringMatching(/^\$\{aws_db_instance\..*\.identifier\}$/),
      instance_class: "db.t4g.small",
      storage_encrypted: true,
      publicly_accessible: false,
      vpc_security_group_ids: instance.vpc_security_group_ids,
    });
    expect(replica).not.toHaveProperty("password_wo");
  });

  it("takes overrides of the underlying instance", () => {
    expect(instance).toMatchObject({ iops: 4000, tags: { Team: "quality", Name: "single-vm-aws/database" } });
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("a database on AWS refuses", () => {
  const refusal = (props: Props, settings: Parameters<typeof synthAws>[1] = {}) => {
    return () => synthAws((surroundings) => void database(surroundings, props), settings);
  };

  it.each([
    [{ storageGb: 19 }, "'storageGb' is out of range, got 19; allowed: a whole number of GB, 20 to 32768"],
    [{ storageGb: 20.5 }, "'storageGb' is out of range, got 20.5"],
    [{ backupDays: 0 }, "'backupDays' is out of range, got 0; allowed: a whole number of days, 1 to 35"],
    [{ backupDays: 36 }, "'backupDays' is out of range, got 36"],
    [{ version: "10" }, `'version' must be a major version of PostgreSQL that is still maintained, got "10"`],
    [{ version: "17.2" }, `got "17.2"; allowed: "15" or newer, without a minor version`],
    [{ size: { name: "large", vcpus: 2, memoryGb: 8 } }, `database size is not known on AWS, got "large"`],
  ])("%o", (props, message) => {
    expect(refusal(props)).toThrow(message);
  });

  it("a network without two private zones", () => {
    const message = "[single-vm-aws/database] a database on RDS needs private subnets in two zones, got";
    expect(refusal({}, { network: { zones: 1 } })).toThrow(`${message} 1; give the network 'zones' 2`);
    expect(refusal({}, { network: { reach: "public" } })).toThrow(`${message} 0`);
  });

  it.each(["cn-north-1", "il-central-1"])("%s, whose root the service does not know, unless it is given", (region) => {
    const message = `the service does not trust RDS in this region, got "${region}"; pass the PEM`;
    expect(refusal({}, { region })).toThrow(message);
    let caCertificate: string | undefined;
    synthAws(
      (surroundings) => {
        caCertificate = database(surroundings, {}, { caCertificate: "PEM" }).endpoint.caCertificate;
      },
      { region },
    );
    expect(caCertificate).toBe("PEM");
  });

  it("nothing that only Terraform knows", () => {
    const stack = synthAws((surroundings) => {
      const number = new TerraformVariable(surroundings.stack, "gb", { type: "number" }).numberValue;
      database(surroundings, { storageGb: number, backupDays: number });
    });
    expect(only(stack, "aws_db_instance")).toMatchObject({
      allocated_storage: `\${var.gb}`,
      max_allocated_storage: 65_536,
    });
  });
});
