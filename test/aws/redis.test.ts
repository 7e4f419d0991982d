import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { describe, expect, it } from "vitest";
import type { AwsNetwork } from "../../lib/aws/network.js";
import { AwsRedis, type AwsRedisOverrides } from "../../lib/aws/redis.js";
import type { RedisProps } from "../../lib/cloud/redis.js";
import { renderSecretText } from "../../lib/workload/secret-text.js";
import { type AwsSurroundings, awsObjections, awsPlugin, Client, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { all, only } from "../support/synth.js";

type Props = Partial<RedisProps<AwsNetwork>>;

function redis({ stack, provider, network }: AwsSurroundings, props: Props = {}, overrides?: AwsRedisOverrides) {
  const defaults = { network, memoryGb: 1, highAvailability: true, protect: true };
  return new AwsRedis(stack, "redis", provider, { ...defaults, ...props }, overrides);
}

describe("a Redis on AWS", () => {
  let endpoint!: AwsRedis["endpoint"];
  const stack = synthAws((surroundings) => {
    const made = redis(surroundings);
    made.allowFrom(new Client(surroundings));
    endpoint = made.endpoint;
  });
  const group = only(stack, "aws_elasticache_replication_group");

  it("is one shard, never a cluster (F7)", () => {
    expect(group).toMatchObject({ engine: "valkey", engine_version: "8.0", num_cache_clusters: 2 });
    for (const key of ["num_node_groups", "replicas_per_node_group", "cluster_mode"])
      expect(group).not.toHaveProperty(key);
  });

  it("has a replica in another zone that takes over by itself (11)", () => {
    expect(group).toMatchObject({ automatic_failover_enabled: true, multi_az_enabled: true });
  });

  it("encrypts what it sends and keeps, and asks for a password (F8, 12)", () => {
    expect(group).toMatchObject({
      transit_encryption_enabled: true,
      transit_encryption_mode: "required",
      at_rest_encryption_enabled: "true",
      auth_token: expect.stringMatching(/^\$\{random_password\..*\.result\}$/),
      auth_token_update_strategy: "ROTATE",
    });
  });

  it("makes its password once, whatever a later provider would make", () => {
    expect(only(stack, "random_password")).toMatchObject({
      length: 64,
      special: false,
      lifecycle: { ignore_changes: "all" },
    });
  });

  it("keeps the password in a secret for those who connect", () => {
    const value = only(stack, "aws_secretsmanager_secret_version");
    expect(value.secret_string_wo).toMatch(/^\$\{jsonencode\(\{"password" = random_password\..*\.result\}\)\}$/);
    expect(value).not.toHaveProperty("secret_string");
  });

  it("loses no job when its memory is full", () => {
    expect(only(stack, "aws_elasticache_parameter_group")).toMatchObject({
      family: "valkey8",
      parameter: [{ name: "maxmemory-policy", value: "noeviction" }],
    });
  });

  it("stays when AWS raises its version, the stack is renamed or Terraform would destroy it (40)", () => {
    expect(group.auto_minor_version_upgrade).toBe("true");
    expect(group.lifecycle).toEqual({
      prevent_destroy: true,
      ignore_changes: ["engine_version", "replication_group_id"],
    });
  });

  it("lies in the private subnets and lets in whom it was told to, on its port alone (1)", () => {
    expect(only(stack, "aws_elasticache_subnet_group").subnet_ids).toHaveLength(2);
    expect(only(stack, "aws_vpc_security_group_ingress_rule")).toMatchObject({ from_port: 6379, to_port: 6379 });
    expect(only(stack, "aws_vpc_security_group_egress_rule")).toMatchObject({ from_port: 6379, to_port: 6379 });
  });

  it("has an endpoint over TLS, with the password as a variable", () => {
    const url = renderSecretText(endpoint.url, (variable) => `<${variable}>`);
    expect(url).toMatch(/^rediss:\/\/:<COVERSTACK_REDIS_PASSWORD>@\$\{TfToken\[.*\]\}:6379$/);
    expect(endpoint.secrets).toMatchObject([{ variable: "COVERSTACK_REDIS_PASSWORD", key: "password" }]);
    expect(endpoint.reach).toEqual({ cidr: "10.0.0.0/16", port: 6379 });
    expect(endpoint).not.toHaveProperty("caCertificate");
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("a Redis for a trial", () => {
  const stack = synthAws((surroundings) => {
    new RandomProvider(surroundings.stack, "theirs");
    const overrides = { replicationGroup: { snapshotRetentionLimit: 5 } };
    redis(surroundings, { highAvailability: false, protect: false }, overrides);
  });

  it("is a single node that can go (40)", () => {
    expect(only(stack, "aws_elasticache_replication_group")).toMatchObject({
      num_cache_clusters: 1,
      automatic_failover_enabled: false,
      multi_az_enabled: false,
      lifecycle: { prevent_destroy: false },
    });
  });

  it("takes overrides of the replication group", () => {
    expect(only(stack, "aws_elasticache_replication_group").snapshot_retention_limit).toBe(5);
  });

  it("works through the provider of random values that the stack has already", () => {
    expect(stack.provider.random).toHaveLength(1);
    expect(all(stack, "random_password")).toHaveLength(1);
  });
});

describe("the node of a Redis", () => {
  const nodeType = (memoryGb: number) =>
    only(
      synthAws((surroundings) => void redis(surroundings, { memoryGb })),
      "aws_elasticache_replication_group",
    ).node_type;

  it.each([
    [1, "cache.t4g.small"],
    [2, "cache.t4g.medium"],
    [4, "cache.m7g.large"],
    [8, "cache.m7g.xlarge"],
    [80, "cache.m7g.8xlarge"],
  ])("for %d GB is the smallest with so much to use beside its reserve", (memoryGb, expected) => {
    expect(nodeType(memoryGb)).toBe(expected);
  });

  it.each([0, -1, 84, Number.NaN])("for %d GB is none", (memoryGb) => {
    expect(() => nodeType(memoryGb)).toThrow(/'memoryGb' is out of range, got .*; allowed: above 0, at most 83 GB/);
  });
});

describe("a Redis on AWS refuses", () => {
  it("a network without two private zones", () => {
    const build = () => synthAws((surroundings) => void redis(surroundings), { network: { reach: "public" } });
    expect(build).toThrow("[single-vm-aws/redis] a Redis on ElastiCache needs private subnets in two zones, got 0");
  });
});
