import { describe, expect, it } from "vitest";
import { AwsMachineGroup, type AwsMachineGroupOverrides } from "../../lib/aws/machine-group.js";
import { AwsNetwork } from "../../lib/aws/network.js";
import { GeneratedSecret } from "../../lib/aws/secret.js";
import type { MachineGroupProps } from "../../lib/cloud/machine-group.js";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { PeakHours } from "../../lib/workload/peak-hours.js";
import { groupBoot } from "../support/aws.js";
import { type AwsSurroundings, awsObjections, awsPlugin, synthAws, terraform } from "../support/aws-parts.js";
import { run, SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";
import { all, only } from "../support/synth.js";

const { shellcheck } = realParts();

type Props = Partial<MachineGroupProps<AwsNetwork>>;

const CLOUD_CONFIG = `#cloud-config\npackages: ["a"]\nruncmd: [[echo, "\${HOME} %{x}"]]\n`;

function group({ stack, provider, network }: AwsSurroundings, props: Props = {}, overrides?: AwsMachineGroupOverrides) {
  const defaults: MachineGroupProps<AwsNetwork> = {
    network,
    size: MACHINE_SIZES["n1-standard-4"],
    machines: { min: 2, max: 6 },
    targetCpuPercent: 80,
    drainSeconds: 120,
    startSeconds: 600,
    health: { port: 80, path: "/health/live" },
    boot: () => CLOUD_CONFIG,
  };
  return new AwsMachineGroup(stack, "web", provider, { ...defaults, ...props }, overrides);
}

const synthGroup = (props: Props = {}, overrides?: AwsMachineGroupOverrides) =>
  synthAws((surroundings) => {
    group(surroundings, props, overrides);
  });

describe("a machine group on AWS", () => {
  const stack = synthAws((surroundings) => {
    const { stack, provider } = surroundings;
    const secret = new GeneratedSecret(stack, "secret", provider, { generate: { token: 40 } });
    secret.grantRead(group(surroundings).identity);
  });
  const template = only(stack, "aws_launch_template");
  const scaling = only(stack, "aws_autoscaling_group");

  it("spreads over the private subnets of all zones (21, II17)", () => {
    expect(scaling).toMatchObject({ min_size: 2, max_size: 6 });
    expect(scaling.vpc_zone_identifier).toEqual([
      expect.stringMatching(/^\$\{aws_subnet\.network_private-0/),
      expect.stringMatching(/^\$\{aws_subnet\.network_private-1/),
    ]);
  });

  it("replaces machines one by one, new before old (25, F30)", () => {
    expect(scaling.launch_template).toEqual({
      id: expect.stringMatching(/^\$\{aws_launch_template\.[^}]+\.id\}$/),
      version: expect.stringMatching(/^\$\{aws_launch_template\.[^}]+\.latest_version\}$/),
    });
    expect(scaling.instance_refresh).toEqual({
      strategy: "Rolling",
      preferences: { min_healthy_percentage: 100, max_healthy_percentage: 110 },
    });
  });

  it("holds machines until they tell that they are up, and that their work is done (27, F32)", () => {
    const hooks = all(stack, "aws_autoscaling_lifecycle_hook").map((hook) => [
      hook.name,
      hook.lifecycle_transition,
      hook.heartbeat_timeout,
      hook.default_result,
    ]);
    expect(hooks.sort()).toEqual([
      ["drain", "autoscaling:EC2_INSTANCE_TERMINATING", 120, "CONTINUE"],
      ["start", "autoscaling:EC2_INSTANCE_LAUNCHING", 600, "ABANDON"],
    ]);
  });

  it("lets machines tell their own group and no other (5)", () => {
    const policies = all(stack, "aws_iam_role_policy").map(({ policy }) => JSON.parse(String(policy)).Statement);
    expect(policies).toContainEqual([
      {
        Effect: "Allow",
        Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:SetInstanceHealth"],
        Resource: expect.stringMatching(/^\$\{aws_autoscaling_group\.[^}]+\.arn\}$/),
      },
    ]);
    expect(policies).toHaveLength(3);
  });

  it("starts machines when they have a way out and may read what they need", () => {
    const waits = scaling.depends_on as readonly string[];
    expect(waits).toContainEqual(expect.stringMatching(/^aws_route\.network_private-1-to-internet/));
    expect(waits).toContainEqual(expect.stringMatching(/^aws_iam_role_policy\.web_identity_read-secret/));
    expect(waits).toContainEqual(expect.stringMatching(/^aws_vpc_security_group_egress_rule\.web_to-0-0-0-0-0-443/));
  });

  it("lets nothing in, and out to the internet on two ports (1)", () => {
    expect(all(stack, "aws_vpc_security_group_ingress_rule")).toEqual([]);
    const ports = all(stack, "aws_vpc_security_group_egress_rule").map(({ from_port, to_port }) => [
      from_port,
      to_port,
    ]);
    expect(ports.sort()).toEqual([
      [443, 443],
      [80, 80],
    ]);
  });

  it("answers metadata requests with a session token only, from containers too (48)", () => {
    expect(template.metadata_options).toEqual({
      http_endpoint: "enabled",
      http_tokens: "required",
      http_put_response_hop_limit: 2,
      instance_metadata_tags: "enabled",
    });
  });

  it("encrypts disks, measures every minute, and has neither key nor public address (6, F17)", () => {
    expect(template.block_device_mappings).toEqual([
      { device_name: "/dev/sda1", ebs: { volume_type: "gp3", volume_size: 60, encrypted: "true" } },
    ]);
    expect(template.monitoring).toEqual({ enabled: true });
    expect(scaling.enabled_metrics).toContain("GroupInServiceInstances");
    for (const key of ["key_name", "network_interfaces"]) expect(template).not.toHaveProperty(key);
  });

  it("takes the current image at each start, so that a newer one replaces nothing (47)", () => {
    expect(template.image_id).toBe(
      "resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
    );
  });

  it("tags what it starts as everything else is (42)", () => {
    const specifications = template.tag_specifications as readonly { resource_type: string; tags: string }[];
    expect(specifications.map(({ resource_type }) => resource_type)).toEqual([
      "instance",
      "volume",
      "network-interface",
    ]);
    for (const { tags } of specifications) {
      expect(tags).toMatch(/^\$\{merge\(data\.aws_default_tags\.[^,]+\.tags, \{"Name" = "single-vm-aws\/web"\}\)\}$/);
    }
  });

  it("adds machines above the average CPU, and leaves their number to that (17, F19)", () => {
    expect(only(stack, "aws_autoscaling_policy")).toMatchObject({
      policy_type: "TargetTrackingScaling",
      target_tracking_configuration: {
        target_value: 80,
        predefined_metric_specification: { predefined_metric_type: "ASGAverageCPUUtilization" },
      },
    });
    expect(scaling.lifecycle).toEqual({ ignore_changes: ["name_prefix", "desired_capacity"] });
    expect(scaling).not.toHaveProperty("desired_capacity");
  });

  it("boots with what it was given, word for word, and a watch beside it", () => {
    expect(template.user_data).toMatch(/^\$\{base64gzip\(local\.web_boot_\w+\)\}$/);
    const { cloudConfig, script } = groupBoot(stack);
    expect(cloudConfig).toBe(CLOUD_CONFIG);
    expect(script).toContain("ExecStart=/opt/coverstack-watch http://127.0.0.1:80/health/live\n");
  });

  it.runIf(shellcheck)("installs the watch by a script that ShellCheck has nothing to say about", () => {
    expect(run(shellcheck!, ["-"], { input: groupBoot(stack).script })).toEqual({ status: 0, output: "" });
  });

  it.runIf(terraform && awsPlugin)("is valid to the real provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("a machine group on AWS with other props", () => {
  it("has a higher minimum in peak hours, in their own time zone (50, F19)", () => {
    const peakHours = new PeakHours({ timeZone: "Europe/Berlin", days: ["MON", "SUN"], from: 8, to: 18, min: 4 });
    const stack = synthGroup({ peakHours });
    const schedule = { time_zone: "Europe/Berlin", max_size: -1, desired_capacity: -1 };
    expect(all(stack, "aws_autoscaling_schedule")).toEqual([
      expect.objectContaining({ ...schedule, recurrence: "0 8 * * 1,0", min_size: 4 }),
      expect.objectContaining({ ...schedule, recurrence: "0 18 * * 1,0", min_size: 2 }),
    ]);
    expect(only(stack, "aws_autoscaling_group").lifecycle).toEqual({
      ignore_changes: ["name_prefix", "desired_capacity", "min_size"],
    });
  });

  it("does not scale where there is nothing to scale", () => {
    expect(all(synthGroup({ machines: { min: 2, max: 2 } }), "aws_autoscaling_policy")).toEqual([]);
  });

  it("is well while the service runs, where it has no address to ask", () => {
    expect(groupBoot(synthGroup({ health: undefined })).script).toContain("ExecStart=/opt/coverstack-watch \n");
  });

  it("lets keys be laid over the underlying resources", () => {
    const stack = synthGroup(
      {},
      { launchTemplate: { ebsOptimized: "true" }, autoScalingGroup: { instanceRefresh: { strategy: "Rolling" } } },
    );
    expect(only(stack, "aws_launch_template")).toMatchObject({ ebs_optimized: "true", monitoring: { enabled: true } });
    expect(only(stack, "aws_autoscaling_group").instance_refresh).toHaveProperty("preferences");
  });

  it("runs in subnets that are there already (39)", () => {
    const stack = synthAws((surroundings) => {
      const { stack, provider } = surroundings;
      const ids = { vpcId: "vpc-1", publicSubnetIds: ["subnet-1"], privateSubnetIds: ["subnet-2"], provider };
      group({ ...surroundings, network: AwsNetwork.fromSubnets(stack, "theirs", ids) });
    });
    expect(only(stack, "aws_autoscaling_group").vpc_zone_identifier).toEqual([
      expect.stringMatching(/^\$\{data\.aws_subnet\.theirs_private-0/),
    ]);
  });
});

describe("a machine group on AWS fails", () => {
  const peakHours = new PeakHours({ timeZone: "UTC", from: 8, to: 18, min: 9 });

  it.each<[string, Props, string]>([
    ["more machines at least than at most", { machines: { min: 3, max: 2 } }, "'machines.min' is out of range, got 3"],
    ["no machine", { machines: { min: 0, max: 2 } }, "'machines.min' is out of range, got 0"],
    ["a CPU beyond all", { targetCpuPercent: 101 }, "'targetCpuPercent' is out of range, got 101"],
    ["a drain that EC2 does not wait for", { drainSeconds: 7_201 }, "'drainSeconds' is out of range, got 7201"],
    ["no time to start", { startSeconds: 0 }, "'startSeconds' is out of range, got 0"],
    [
      "a peak beyond its most",
      { peakHours },
      "the minimum of the peak hours does not fit the group, got 9; allowed: 2 to 6",
    ],
    [
      "a size of another cloud",
      { size: { name: "e2-standard-4", vcpus: 4, memoryGb: 16 } },
      "machine size is not known",
    ],
  ])("for %s", (_, props, message) => {
    expect(() => synthGroup(props)).toThrow(message);
  });

  it("in a network whose private subnets do not call out", () => {
    const build = () => synthAws((surroundings) => void group(surroundings), { network: { reach: "data" } });
    expect(build).toThrow("[single-vm-aws/web] a machine group needs private subnets that call out");
  });
});
