import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type App, TerraformStack, Testing } from "cdktf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AwsDatabase } from "../../lib/aws/database.js";
import { EksCluster } from "../../lib/aws/made-cluster.js";
import { AwsVpc } from "../../lib/aws/made-network.js";
import { AwsObjectStore } from "../../lib/aws/object-store.js";
import { AwsRedis } from "../../lib/aws/redis.js";
import { AwsRegistry } from "../../lib/aws/registry.js";
import { type Operation, type PlannedChange, Rehearsal, RehearsalError } from "../../lib/testing/index.js";
import { DATABASE_SIZES, MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { POOLS } from "../support/aws-cluster.js";
import { terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";

interface Choice {
  readonly version: string;
  readonly redisGb: number;
  readonly web: keyof typeof MACHINE_SIZES;
}

function app({ version, redisGb, web }: Choice): App {
  const app = Testing.app();
  const stack = new TerraformStack(app, "coverage");
  const provider = new AwsProvider(stack, "provider", { region: "eu-west-1" });
  const network = new AwsVpc(stack, "network", provider, { zones: 3, reach: "private" });
  const common = { network, highAvailability: true, protect: true };
  const pools = { ...POOLS, web: { ...POOLS.web, size: MACHINE_SIZES[web] } };
  const cluster = new EksCluster(stack, "cluster", provider, { ...common, pools });
  const size = DATABASE_SIZES["database-2"];
  const data = { ...common, version, size, storageGb: 100, backupDays: 14, readReplica: true };
  new AwsDatabase(stack, "database", provider, data).allowFrom(cluster);
  new AwsRedis(stack, "redis", provider, { ...common, memoryGb: redisGb }).allowFrom(cluster);
  const store = new AwsObjectStore(stack, "objects", provider, { ...common, keepVersionsDays: 30 });
  const { identity } = cluster.podIdentity(stack, "web-pods", { namespace: "coverstack", name: "web" });
  store.grantReadWrite(identity);
  new AwsRegistry(stack, "registry", provider).grantPull(cluster.nodeIdentity);
  const tls = { dnsZone: "Z1" };
  const access = { hostname: "coverage.example.com", tls, allowFrom: ["203.0.113.0/24"], requestSeconds: 600 };
  cluster.expose(stack, "exposure", access);
  return app;
}

const FIRST: Choice = { version: "16", redisGb: 4, web: "n1-standard-4" };

describe.runIf(terraform)("data and cluster on AWS, applied", SLOW, () => {
  let rehearsal!: Rehearsal;
  beforeAll(async () => {
    rehearsal = await Rehearsal.of(app(FIRST));
    await rehearsal.apply();
  }, SLOW.timeout);
  afterAll(() => rehearsal.close());

  it("are as they were asked for: a second run changes nothing", async () => {
    expect(await rehearsal.plan()).toEqual([]);
  });

  it("are not destroyed by a slip (40)", async () => {
    await expect(rehearsal.destroy()).rejects.toThrow(RehearsalError);
  });

  describe("and changed", () => {
    let planned: readonly PlannedChange[];
    let done: readonly Operation[];
    beforeAll(async () => {
      await rehearsal.change(app({ version: "17", redisGb: 8, web: "n1-standard-8" }));
      planned = await rehearsal.plan();
      done = await rehearsal.apply();
    }, SLOW.timeout);
    const action = (type: string) => planned.filter((change) => change.type === type).map((change) => change.action);
    const when = (action: string, type: string) =>
      done.findIndex((step) => step.action === action && step.type === type);

    it("upgrade the database in place, between its new parameter group and the end of the old one", () => {
      expect(action("aws_db_instance")).toEqual(["update", "update"]);
      expect(when("create", "aws_db_parameter_group")).toBeLessThan(when("update", "aws_db_instance"));
      expect(when("delete", "aws_db_parameter_group")).toBeGreaterThan(when("update", "aws_db_instance"));
    });

    it("give Redis more memory in place (F18)", () => {
      expect(action("aws_elasticache_replication_group")).toEqual(["update"]);
      expect(action("random_password")).toEqual([]);
    });

    it("replace nodes by others of a new size that take requests before the old ones go (25)", () => {
      expect(action("aws_eks_node_group")).toEqual(["replace"]);
      const steps = [
        when("create", "aws_eks_node_group"),
        when("create", "aws_autoscaling_attachment"),
        when("delete", "aws_autoscaling_attachment"),
        when("delete", "aws_eks_node_group"),
      ];
      expect(steps).toEqual([...steps].sort((one, other) => one - other));
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    });

    it("touch neither bucket nor cluster", () => {
      expect(planned.filter(({ type }) => /^aws_(s3|eks_cluster|eks_addon|kms)/.test(type))).toEqual([]);
    });
  });
});
