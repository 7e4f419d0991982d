import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AwsMachine } from "../../lib/aws/machine.js";
import type { AwsNetwork } from "../../lib/aws/network.js";
import { GeneratedSecret } from "../../lib/aws/secret.js";
import type { MachineProps } from "../../lib/cloud/machine.js";
import { MACHINE_SIZES } from "../../lib/index.js";
import { type AwsSurroundings, synthAws } from "../support/aws-parts.js";
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

  it("does not lose the data disk's zone when the list of zones grows", () => {
    expect(only(stack, "aws_subnet").lifecycle).toEqual({ ignore_changes: ["availability_zone"] });
  });
});

describe("a machine on AWS with other props", () => {
  const machine = ({ stack, provider, network }: AwsSurroundings, props: Partial<MachineProps<AwsNetwork>> = {}) =>
    new AwsMachine(stack, "machine", provider, {
      network,
      size: MACHINE_SIZES["n1-standard-8"],
      boot: () => "#cloud-config\n",
      ...props,
    });

  it("has one larger disk where nothing must last, and tells of no other", () => {
    const devices: unknown[] = [];
    const boot: MachineProps["boot"] = ({ dataDevice }) => {
      devices.push(dataDevice);
      return "#cloud-config\n";
    };
    const stack = synthAws((surroundings) => void machine(surroundings, { boot }));
    expect(only(stack, "aws_instance").root_block_device).toMatchObject({ volume_size: 60, encrypted: true });
    for (const type of ["aws_ebs_volume", "aws_volume_attachment"]) expect(all(stack, type)).toEqual([]);
    expect(devices).toEqual([undefined]);
  });

  it("lets containers be who it is where they need to (48)", () => {
    const stack = synthAws((surroundings) => void machine(surroundings, { containersUseIdentity: true }));
    expect(only(stack, "aws_instance").metadata_options).toMatchObject({
      http_tokens: "required",
      http_put_response_hop_limit: 2,
    });
  });

  it("boots when its rules and grants are there, also those that come later", () => {
    const stack = synthAws((surroundings) => {
      const { stack, provider } = surroundings;
      const made = machine(surroundings);
      new GeneratedSecret(stack, "secret", provider, { generate: { token: 40 } }).grantRead(made.identity);
      made.allowTo("0.0.0.0/0", 443);
    });
    expect(only(stack, "aws_instance").depends_on).toEqual([
      expect.stringMatching(/^aws_iam_role_policy_attachment\.machine_identity_session-manager/),
      expect.stringMatching(/^aws_eip\.machine_address/),
      expect.stringMatching(/^aws_iam_role_policy\.machine_identity_read-secret/),
      expect.stringMatching(/^aws_vpc_security_group_egress_rule\.machine_to-0-0-0-0-0-443/),
    ]);
  });
});

describe("user data", () => {
  it("fails early when it is larger than EC2 takes", () => {
    const text = Array.from({ length: 600 }, (_, i) => createHash("sha256").update(`${i}`).digest("hex")).join(" ");
    const settings = { notes: { text } };
    expect(() => synthSingleVm({ overrides: { settings } })).toThrow(
      /user data is too large for an EC2 instance, got \d+; allowed: 16384 bytes, compressed/,
    );
  });
});
