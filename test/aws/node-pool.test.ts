import { describe, expect, it } from "vitest";
import { awsCluster } from "../support/aws-cluster.js";
import { synthAws } from "../support/aws-parts.js";
import { all } from "../support/synth.js";

describe("node pools of a cluster on AWS", () => {
  const stack = synthAws((surroundings) => {
    awsCluster(
      surroundings,
      {},
      { nodeGroup: { updateConfig: { maxUnavailable: 2 } }, launchTemplate: { ebsOptimized: "true" } },
    );
  });
  const pools = new Map(all(stack, "aws_eks_node_group").map((group) => [group.node_group_name_prefix, group]));
  const templates = all(stack, "aws_launch_template");

  it("are one for each role and one for the cluster itself (F21, K14)", () => {
    expect([...pools.keys()]).toEqual(["system-", "web-", "worker-"]);
    for (const role of ["web", "worker"]) {
      expect(pools.get(`${role}-`)).toMatchObject({
        labels: { "coverstack.io/role": role },
        taint: [{ key: "coverstack.io/role", value: role, effect: "NO_SCHEDULE" }],
      });
    }
    expect(pools.get("system-")).not.toHaveProperty("taint");
  });

  it("have the sizes and numbers that they were asked for (G7, F18)", () => {
    expect(pools.get("web-")).toMatchObject({
      instance_types: ["m7i.xlarge"],
      capacity_type: "ON_DEMAND",
      scaling_config: { min_size: 2, max_size: 4 },
    });
    expect(pools.get("worker-")).toMatchObject({ scaling_config: { min_size: 3, max_size: 9 } });
  });

  it("choose among machines of equal shape where they live on spare ones (43)", () => {
    expect(pools.get("worker-")).toMatchObject({
      capacity_type: "SPOT",
      instance_types: ["m7i.2xlarge", "m7a.2xlarge", "m6i.2xlarge", "m6a.2xlarge"],
    });
  });

  it("run Amazon Linux 2023, whose kernel loses no DNS answer (K8)", () => {
    for (const pool of pools.values()) expect(pool.ami_type).toBe("AL2023_x86_64_STANDARD");
  });

  it("leave their number to the autoscaler, and are replaced by a new one before they go (47, 25)", () => {
    for (const pool of pools.values()) {
      expect(pool.lifecycle).toEqual({
        create_before_destroy: true,
        ignore_changes: ["scaling_config[0].desired_size"],
      });
    }
  });

  it("are found by the autoscaler under the cluster's name (K3)", () => {
    const tags = all(stack, "aws_autoscaling_group_tag");
    expect(tags).toHaveLength(6);
    expect(new Set(tags.map(({ tag }) => (tag as { key: string }).key))).toEqual(
      new Set(["k8s.io/cluster-autoscaler/enabled", "k8s.io/cluster-autoscaler/single-vm-aws-cluster"]),
    );
    for (const { autoscaling_group_name } of tags) {
      expect(autoscaling_group_name).toMatch(/\.resources\[0\]\.autoscaling_groups\[0\]\.name\}$/);
    }
  });

  it("encrypt their disks, and tell pods nothing by way of metadata (48, 6)", () => {
    expect(templates).toHaveLength(3);
    for (const template of templates) {
      expect(template.metadata_options).toEqual({
        http_endpoint: "enabled",
        http_tokens: "required",
        http_put_response_hop_limit: 1,
      });
      expect(template.block_device_mappings).toMatchObject([{ ebs: { encrypted: "true", volume_type: "gp3" } }]);
      expect(template).not.toHaveProperty("key_name");
    }
  });

  it("start when their role may do what nodes do, and when they have a way out", () => {
    for (const pool of pools.values()) {
      expect(pool.depends_on).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^aws_iam_role_policy_attachment\.cluster_nodes_join_/),
          expect.stringMatching(/^aws_route\.network_private-0-to-internet_/),
        ]),
      );
    }
  });

  it("take overrides of groups and templates", () => {
    for (const pool of pools.values()) expect(pool.update_config).toEqual({ max_unavailable: 2 });
    for (const template of templates) expect(template.ebs_optimized).toBe("true");
  });
});
