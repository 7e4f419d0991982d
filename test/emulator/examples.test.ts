import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canEmulateAws } from "../support/aws-emulator.js";
import { EmulatedStack } from "../support/emulated-stack.js";
import type { Outcome } from "../support/programs.js";

const MINUTES = 60_000;
const CLUSTER = "kubernetes-aws-platform-coverage-cluster";
type Named = Readonly<Record<string, string>>;

/** The provider waits for minutes, so the stacks go through it side by side, each with an emulator of its own. */
describe.runIf(canEmulateAws())("the AWS examples, applied by the real AWS provider", () => {
  let [singleVm, loadBalanced, platform]: EmulatedStack[] = [];
  const each = <T>(use: (stack: EmulatedStack) => Promise<T>) =>
    Promise.all([singleVm, loadBalanced, platform].filter((stack) => stack !== undefined).map(use));
  const expectSuccess = (outcomes: readonly Outcome[]) => {
    for (const { status, output } of outcomes) expect(status, output).toBe(0);
  };

  beforeAll(async () => {
    singleVm = await EmulatedStack.of("single-vm-aws");
    loadBalanced = await EmulatedStack.of("load-balanced-aws");
    platform = await EmulatedStack.of("kubernetes-aws-platform", "kubernetes-aws");
    expectSuccess(await each((stack) => (stack === loadBalanced ? stack.deploy() : stack.apply())));
  }, 7 * MINUTES);
  afterAll(() => each((stack) => stack.close()), MINUTES);

  describe("single-vm-aws", () => {
    it("runs the instance with a public address, detailed monitoring and an encrypted disk (6, 48)", async () => {
      const ours = { Filters: [{ Name: "tag:Application", Values: ["coverstack"] }] };
      const [instances, addresses, volumes] = await singleVm.aws.ask(
        ["ec2", "describe_instances", ours],
        ["ec2", "describe_addresses", ours],
        ["ec2", "describe_volumes", ours],
      );
      const instance = {
        State: { Name: "running" },
        InstanceType: "m7i.2xlarge",
        Monitoring: { State: "enabled" },
        MetadataOptions: { HttpTokens: "required" },
      };
      expect(instances).toMatchObject({ Reservations: [{ Instances: [instance] }] });
      expect(addresses).toMatchObject({ Addresses: [{ PublicIp: singleVm.outputs().coverage_address }] });
      expect((volumes as { Volumes: object[] }).Volumes).toContainEqual(
        expect.objectContaining({ Encrypted: true, Size: 100, State: "in-use" }),
      );
    });

    it("lets in whom the settings name, on the service's port alone (1)", async () => {
      const machine = { Filters: [{ Name: "tag:Name", Values: ["single-vm-aws/coverage/machine"] }] };
      const [groups] = await singleVm.aws.ask(["ec2", "describe_security_groups", machine]);
      const rule = { FromPort: 80, ToPort: 80, IpProtocol: "tcp", IpRanges: [{ CidrIp: "203.0.113.0/24" }] };
      expect(groups).toMatchObject({ SecurityGroups: [{ IpPermissions: [rule] }] });
    });

    it("generates secrets that Terraform's state does not hold (4)", async () => {
      const secrets = await singleVm.secrets();
      expect(secrets.map(({ field }) => field)).toEqual([
        "archive_access_key",
        "archive_secret_key",
        "cookie_secret",
        "database_password",
        "redis_password",
        "upload_token",
      ]);
      for (const { value } of secrets) {
        expect(value).toMatch(/^\w{20,}$/);
        expect(singleVm.state()).not.toContain(value);
      }
    });
  });

  describe("load-balanced-aws, by cdktf deploy", () => {
    it("answers HTTPS with the issued certificate, and redirects what asks without (F8)", async () => {
      const [{ LoadBalancers }, certificates] = (await loadBalanced.aws.ask(
        ["elbv2", "describe_load_balancers"],
        ["acm", "list_certificates", { CertificateStatuses: ["ISSUED"] }],
      )) as [{ LoadBalancers: Named[] }, object];
      expect(LoadBalancers).toMatchObject([{ Type: "application" }]);
      expect(certificates).toMatchObject({ CertificateSummaryList: [{ DomainName: "coverage.example.com" }] });
      const { LoadBalancerArn } = LoadBalancers[0];
      const [{ Listeners }] = (await loadBalanced.aws.ask(["elbv2", "describe_listeners", { LoadBalancerArn }])) as [
        { Listeners: { Port: number }[] },
      ];
      const redirect = { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", StatusCode: "HTTP_301" } };
      expect(Listeners.sort((a, b) => a.Port - b.Port)).toMatchObject([
        { Port: 80, DefaultActions: [redirect] },
        { Port: 443, Protocol: "HTTPS", DefaultActions: [{ Type: "forward" }] },
      ]);
    });

    it("keeps a group of machines that the balancer sends to (F3)", async () => {
      const [groups, targets] = await loadBalanced.aws.ask(
        ["autoscaling", "describe_auto_scaling_groups"],
        ["elbv2", "describe_target_groups"],
      );
      expect(targets).toMatchObject({ TargetGroups: [{ Port: 80, HealthCheckPath: "/health/ready" }] });
      const [{ TargetGroupArn }] = (targets as { TargetGroups: Named[] }).TargetGroups;
      expect(groups).toMatchObject({
        AutoScalingGroups: [{ MinSize: 4, MaxSize: 9, DefaultInstanceWarmup: 60, TargetGroupARNs: [TargetGroupArn] }],
      });
    });

    it("points the name at the balancer (F3)", async () => {
      const zone = { HostedZoneId: "Z0123456789ABCDEFGHIJ" };
      const [records] = await loadBalanced.aws.ask(["route53", "list_resource_record_sets", zone]);
      expect((records as { ResourceRecordSets: object[] }).ResourceRecordSets).toContainEqual(
        expect.objectContaining({ Name: "coverage.example.com.", Type: "A", AliasTarget: expect.anything() }),
      );
    });

    it("keeps its data encrypted, spread over zones and closed to the public (F8, 6, 40)", async () => {
      const [databases, caches, { Buckets }] = (await loadBalanced.aws.ask(
        ["rds", "describe_db_instances"],
        ["elasticache", "describe_replication_groups"],
        ["s3", "list_buckets"],
      )) as [object, object, { Buckets: Named[] }];
      expect(databases).toMatchObject({
        DBInstances: [{ StorageEncrypted: true, MultiAZ: true, PubliclyAccessible: false, DeletionProtection: true }],
      });
      expect(caches).toMatchObject({
        ReplicationGroups: [
          { MultiAZ: "enabled", TransitEncryptionEnabled: true, AtRestEncryptionEnabled: true, AuthTokenEnabled: true },
        ],
      });
      const bucket = { Bucket: Buckets[0].Name };
      const [block, versioning, encryption] = await loadBalanced.aws.ask(
        ["s3", "get_public_access_block", bucket],
        ["s3", "get_bucket_versioning", bucket],
        ["s3", "get_bucket_encryption", bucket],
      );
      expect(block).toEqual({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      expect(versioning).toMatchObject({ Status: "Enabled" });
      expect(encryption).toHaveProperty("ServerSideEncryptionConfiguration");
    });

    it("generates secrets of which Terraform's state holds the queue's password alone (4)", async () => {
      const secrets = await loadBalanced.secrets();
      const state = loadBalanced.state();
      expect(secrets.map(({ secret, field, value }) => [secret, field, state.includes(value)])).toEqual([
        ["load-balanced-aws-coverage-database", "password", false],
        ["load-balanced-aws-coverage-redis-sec", "password", true],
        ["load-balanced-aws-coverage-secret", "cookie_secret", false],
        ["load-balanced-aws-coverage-secret", "upload_token", false],
      ]);
    });

    it("has the image built and pushed to its registry (33)", () => {
      const calls = loadBalanced.aws.dockerCalls();
      expect(calls.map((call) => call.split(" ")[0])).toEqual(["--version", "build", "login", "push", "logout"]);
      expect(calls[3]).toMatch(
        /^push 123456789012\.dkr\.ecr\.eu-west-1\.\S+\/load-balanced-aws-coverage-registry:\w+$/,
      );
    });
  });

  describe("kubernetes-aws, its platform", () => {
    it("runs a cluster whose API is open to the networks that the settings name, its secrets encrypted (1, 6)", async () => {
      const [cluster] = await platform.aws.ask(["eks", "describe_cluster", { name: CLUSTER }]);
      expect(cluster).toMatchObject({
        cluster: {
          accessConfig: { authenticationMode: "API" },
          encryptionConfig: [{ resources: ["secrets"] }],
          resourcesVpcConfig: { publicAccessCidrs: ["203.0.113.0/24"], endpointPrivateAccess: true },
        },
      });
    });

    it("has nodes for each role, of which the balancer sends to those of the web (F3)", async () => {
      const [{ nodegroups }, { TargetGroups }, { AutoScalingGroups }] = (await platform.aws.ask(
        ["eks", "list_nodegroups", { clusterName: CLUSTER }],
        ["elbv2", "describe_target_groups"],
        ["autoscaling", "describe_auto_scaling_groups"],
      )) as [{ nodegroups: string[] }, { TargetGroups: Named[] }, { AutoScalingGroups: object[] }];
      expect(nodegroups.map((name) => name.replace(/-.*/, "")).sort()).toEqual(["system", "web", "worker"]);
      const nodegroupName = nodegroups.find((name) => name.startsWith("web"));
      const [{ nodegroup }] = (await platform.aws.ask([
        "eks",
        "describe_nodegroup",
        { clusterName: CLUSTER, nodegroupName },
      ])) as [{ nodegroup: { resources: { autoScalingGroups: Named[] } } }];
      const AutoScalingGroupName = nodegroup.resources.autoScalingGroups[0].name;
      expect(AutoScalingGroups).toContainEqual(
        expect.objectContaining({ AutoScalingGroupName, TargetGroupARNs: [TargetGroups[0].TargetGroupArn] }),
      );
    });

    it("gives each role's pods an identity of their own (5)", async () => {
      const [{ addons }, { associations }] = (await platform.aws.ask(
        ["eks", "list_addons", { clusterName: CLUSTER }],
        ["eks", "list_pod_identity_associations", { clusterName: CLUSTER }],
      )) as [{ addons: string[] }, { associations: Named[] }];
      expect(addons.sort()).toEqual(["coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni"]);
      expect(associations.map(({ serviceAccount }) => serviceAccount).sort()).toEqual([
        "aws-node",
        "cluster-autoscaler",
        "migrate",
        "web",
        "worker",
      ]);
    });
  });

  it("has nothing left to change in a second plan", { timeout: 2 * MINUTES }, async () => {
    expectSuccess(await each((stack) => stack.plan()));
  });

  it("destroys everything once protection is lifted", { timeout: 7 * MINUTES }, async () => {
    expectSuccess(await each((stack) => stack.destroy()));
    const ours = { Filters: [{ Name: "tag:Application", Values: ["coverstack"] }] };
    await each(async ({ aws }) => {
      const [vpcs, volumes, databases, buckets, clusters] = (await aws.ask(
        ["ec2", "describe_vpcs", ours],
        ["ec2", "describe_volumes", ours],
        ["rds", "describe_db_instances"],
        ["s3", "list_buckets"],
        ["eks", "list_clusters"],
      )) as Record<string, object[]>[];
      const left = [vpcs.Vpcs, volumes.Volumes, databases.DBInstances, buckets.Buckets, clusters.clusters];
      expect(left).toEqual([[], [], [], [], []]);
    });
  });
});
