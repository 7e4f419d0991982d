import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUp, type Owner } from "../../lib/testing/made-up-values.js";
import type { Type } from "../../lib/testing/schema.js";
import type { ObjectValue } from "../../lib/testing/value.js";

function owner(type: string, configured: ObjectValue = {}, provider: ObjectValue = {}): Owner {
  return { type, configured, provider, seed: "1" };
}

const text = (of: Owner, path: string) => madeUp(of, path, "string") as string;
const decoded = (value: string) => Buffer.from(value, "base64").toString("utf8");

describe("a made-up value", () => {
  it.each<[string, string, RegExp]>([
    ["aws_vpc", "id", /^vpc-[0-9a-f]{17}$/],
    ["aws_instance", "id", /^i-[0-9a-f]{17}$/],
    ["aws_vpc", "arn", /^arn:aws:ec2:eu-west-1:123456789012:vpc\/\w+$/],
    ["aws_iam_role", "arn", /^arn:aws:iam::123456789012:role\/\w+$/],
    ["aws_secretsmanager_secret", "id", /^arn:aws:secretsmanager:eu-west-1:123456789012:secret:[\w-]+$/],
    ["aws_db_instance", "address", /^[\w.-]+\.simulated\.invalid$/],
    ["aws_eks_cluster", "endpoint", /^https:\/\/[\w.-]+$/],
    ["aws_eip", "public_ip", /^10(\.\d+){3}$/],
    ["aws_vpc", "ipv6_cidr_block", /^fd00:[0-9a-f]{4}::\/56$/],
    ["data.aws_caller_identity", "account_id", /^123456789012$/],
    ["data.aws_iam_policy_document", "json", /^\{"Version":"2012-10-17","Statement":\[\]\}$/],
    ["data.aws_region", "name", /^eu-west-1$/],
    ["google_compute_address", "address", /^10(\.\d+){3}$/],
    [
      "google_compute_network",
      "self_link",
      /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/simulated-project\/global\/networks\/\w+$/,
    ],
    ["google_service_account", "email", /^default@simulated-project\.iam\.gserviceaccount\.com$/],
    [
      "azurerm_virtual_network",
      "id",
      /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/\w+\/providers\/Microsoft\.\w+\/VirtualNetwork\/\w+$/,
    ],
    [
      "azurerm_user_assigned_identity",
      "principal_id",
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    ["azurerm_key_vault_secret", "id", /^https:\/\/\w+\.vault\.azure\.net\/secrets\/\w+\/\w+$/],
    ["azurerm_storage_account", "primary_blob_endpoint", /^https:\/\/[\w.-]+\/$/],
    ["random_password", "result", /^[0-9a-f]{32}$/],
    ["aws_ebs_volume", "create_time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ])("of %s has the form of its cloud: %s", (type, path, form) => {
    expect(text(owner(type), path)).toMatch(form);
  });

  it.each(["google_container_cluster", "azurerm_kubernetes_cluster"])(
    "that %s encodes can be decoded and parsed",
    (type) => {
      const authority = decoded(text(owner(type), "master_auth.cluster_ca_certificate"));
      expect(new X509Certificate(authority).subject).toBe("CN=simulated.invalid");
      expect(createPrivateKey(decoded(text(owner(type), "kube_config.client_key"))).type).toBe("private");
    },
  );

  it("in PEM is plain", () => {
    const key = owner("tls_private_key");
    expect(createPrivateKey(text(key, "private_key_pem")).type).toBe("private");
    expect(createPublicKey(text(key, "public_key_pem")).type).toBe("public");
    expect(() => new X509Certificate(text(owner("google_sql_database_instance"), "server_ca_cert.cert"))).not.toThrow();
  });

  it("follows what is configured: region, names and prefixes", () => {
    expect(text(owner("aws_sns_topic", { name: "alarms" }, { region: "us-east-2" }), "arn")).toBe(
      "arn:aws:sns:us-east-2:123456789012:topic/alarms",
    );
    expect(text(owner("aws_s3_bucket", { bucket: "reports" }), "id")).toBe("reports");
    expect(text(owner("aws_s3_bucket", { bucket: "reports" }), "arn")).toBe("arn:aws:s3:::reports");
    expect(text(owner("aws_iam_role", { name_prefix: "coverage-" }), "name")).toMatch(/^coverage-[0-9a-f]{8}$/);
    expect(text(owner("google_secret_manager_secret", { secret_id: "token" }, { project: "p-1" }), "id")).toBe(
      "projects/p-1/secrets/token",
    );
    expect(text(owner("google_container_cluster", { name: "c", location: "europe-west3" }), "id")).toBe(
      "projects/simulated-project/locations/europe-west3/clusters/c",
    );
    expect(text(owner("kubernetes_service_v1", { metadata: [{ name: "web", namespace: "coverage" }] }), "id")).toBe(
      "coverage/web",
    );
    expect(madeUp(owner("aws_vpc", { tags: { Team: "quality" } }), "tags_all", ["map", "string"])).toEqual({
      Team: "quality",
    });
  });

  it("of zones is three of the region's", () => {
    const list: Type = ["list", "string"];
    expect(madeUp(owner("data.aws_availability_zones", {}, { region: "eu-central-1" }), "names", list)).toEqual([
      "eu-central-1a",
      "eu-central-1b",
      "eu-central-1c",
    ]);
    expect(madeUp(owner("data.google_compute_zones", { region: "europe-west3" }), "names", list)).toHaveLength(3);
    expect(madeUp(owner("aws_route53_zone"), "name_servers", list)).toHaveLength(1);
  });

  it.each([
    ["aws_db_instance", "port", 5432],
    ["aws_elasticache_replication_group", "port", 6379],
    ["azurerm_redis_cache", "ssl_port", 6380],
    ["aws_launch_template", "latest_version", 1],
  ])("of %s for %s is the number that clients expect", (type, path, expected) => {
    expect(madeUp(owner(type), path, "number")).toBe(expected);
  });

  it("has the shape of its type", () => {
    const type: Type = ["list", ["object", { enabled: "bool", weights: ["map", "number"], hosts: ["set", "string"] }]];
    expect(madeUp(owner("aws_lb"), "targets", type)).toEqual([
      { enabled: false, weights: {}, hosts: [expect.stringMatching(/^hosts-/)] },
    ]);
  });

  it("is the same whenever it is asked for, and another for another resource", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom("id", "arn", "name", "private_ip"), (one, other, path) => {
        fc.pre(one !== other);
        const of = (seed: string) => text({ ...owner("aws_subnet"), seed }, path);
        expect(of(one)).toBe(of(one));
        if (path !== "private_ip") expect(of(one)).not.toBe(of(other));
      }),
    );
  });
});
