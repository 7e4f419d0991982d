import { describe, expect, it } from "vitest";
import { Capacity, MACHINE_SIZES } from "../../lib/index.js";
import { synthSingleVm } from "../support/single-vm.js";
import { all, only } from "../support/synth.js";

describe("a machine on AWS", () => {
  const stack = synthSingleVm();
  const instance = only(stack, "aws_instance");

  it("answers metadata requests with a session token only, and no container's", () => {
    expect(instance.metadata_options).toEqual({
      http_endpoint: "enabled",
      http_tokens: "required",
      http_put_response_hop_limit: 1,
    });
  });

  it("is an Ubuntu LTS that a newer image does not replace", () => {
    const [image] = Object.values(stack.data.aws_ssm_parameter);
    expect(image.name).toContain("/ubuntu/server/24.04/stable/current/amd64/");
    expect(instance.lifecycle).toEqual({ ignore_changes: ["ami"] });
  });

  it("encrypts both disks, and keeps the data on one that outlives the machine (I2)", () => {
    expect(instance.root_block_device).toMatchObject({ encrypted: true, volume_type: "gp3" });
    expect(only(stack, "aws_ebs_volume")).toMatchObject({
      encrypted: true,
      type: "gp3",
      size: 100,
      final_snapshot: true,
    });
    expect(instance.user_data_replace_on_change).toBe(true);
    expect(only(stack, "aws_volume_attachment").stop_instance_before_detaching).toBe(true);
    expect(JSON.stringify(only(stack, "aws_ebs_volume"))).not.toContain("aws_instance");
  });

  it("keeps its address, and has it before it boots", () => {
    expect(only(stack, "aws_eip").network_interface).toMatch(/^\$\{aws_network_interface\./);
    expect(instance.depends_on).toContainEqual(expect.stringMatching(/^aws_eip\./));
  });

  it("is entered by Session Manager: there is no key, and no port for a shell", () => {
    expect(instance).not.toHaveProperty("key_name");
    expect(only(stack, "aws_iam_role_policy_attachment").policy_arn).toBe(
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    );
    expect(all(stack, "aws_vpc_security_group_ingress_rule")).toEqual([]);
  });

  it("goes out for packages, images, the cloud and git hosts only", () => {
    const ports = all(stack, "aws_vpc_security_group_egress_rule").map(({ from_port, to_port }) => [
      from_port,
      to_port,
    ]);
    expect(ports.sort()).toEqual([
      [443, 443],
      [80, 80],
    ]);
  });

  it("is measured every minute", () => {
    expect(instance.monitoring).toBe(true);
  });

  it("empties the security group that the network is born with", () => {
    const group = only(stack, "aws_default_security_group");
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  it("does not lose the data disk's zone when the list of zones grows", () => {
    expect(only(stack, "aws_subnet").lifecycle).toEqual({ ignore_changes: ["availability_zone"] });
  });
});

describe("sizes on AWS (G7)", () => {
  const type = (machine: { name: string; vcpus: number; memoryGb: number }) => {
    const roles = { web: { machine }, worker: { machine } };
    return only(synthSingleVm({ capacity: Capacity.forReportsPerMinute(25, roles) }), "aws_instance").instance_type;
  };

  it("map the presets to a current family", () => {
    expect(type(MACHINE_SIZES["n1-standard-4"])).toBe("m7i.xlarge");
    expect(type(MACHINE_SIZES["n1-standard-8"])).toBe("m7i.2xlarge");
  });

  it("may be an instance type", () => {
    expect(type({ name: "r7i.4xlarge", vcpus: 16, memoryGb: 128 })).toBe("r7i.4xlarge");
  });

  it("fail when they are neither, and say what is allowed", () => {
    expect(() => type({ name: "n2-standard-8", vcpus: 8, memoryGb: 32 })).toThrow(
      'machine size is not known on AWS, got "n2-standard-8"; allowed: n1-standard-4, n1-standard-8, or an EC2 instance type',
    );
  });
});

describe("user data", () => {
  it("fails early when it is larger than EC2 takes", () => {
    const settings = { notes: { text: "x".repeat(16_000) } };
    expect(() => synthSingleVm({ overrides: { settings } })).toThrow(
      /user data is too large for an EC2 instance, got \d+; allowed: 16384 bytes/,
    );
  });
});
