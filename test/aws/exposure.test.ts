import { describe, expect, it } from "vitest";
import type { AwsExposure } from "../../lib/aws/exposure.js";
import { awsCluster } from "../support/aws-cluster.js";
import { awsObjections, awsPlugin, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { all, only } from "../support/synth.js";

describe("the way to web pods on AWS", () => {
  let exposure!: AwsExposure;
  const stack = synthAws((surroundings) => {
    const overrides = { loadBalancer: { loadBalancer: { preserveHostHeader: true } } };
    exposure = awsCluster(surroundings, {}, overrides).expose(surroundings.stack, "exposure", {
      hostname: "coverage.example.com",
      tls: { dnsZone: "Z1" },
      allowFrom: ["203.0.113.0/24"],
      requestSeconds: 600,
    });
  });

  it("is a load balancer that ends TLS and needs no controller in the cluster (F3, F8)", () => {
    expect(only(stack, "aws_lb")).toMatchObject({ load_balancer_type: "application", idle_timeout: 600 });
    const https = all(stack, "aws_lb_listener").find(({ port }) => port === 443);
    expect(https?.default_action).toMatchObject([{ type: "forward", target_group_arn: expect.any(String) }]);
    expect(exposure.ingress).toBeUndefined();
  });

  it("goes to one port of every web node", () => {
    expect(exposure.service).toEqual({ type: "NodePort", nodePort: 30_080, annotations: {} });
    expect(only(stack, "aws_lb_target_group")).toMatchObject({ target_type: "instance", port: 30_080 });
    expect(only(stack, "aws_autoscaling_attachment").autoscaling_group_name).toMatch(
      /^\$\{aws_eks_node_group\.cluster_web_.*\.resources\[0\]\.autoscaling_groups\[0\]\.name\}$/,
    );
  });

  it("takes overrides of the balancer", () => {
    expect(only(stack, "aws_lb")).toMatchObject({ preserve_host_header: true, idle_timeout: 600 });
  });

  it("asks whether pods can serve, and lets requests end on nodes that leave (F32)", () => {
    const { health_check, deregistration_delay } = only(stack, "aws_lb_target_group");
    expect(health_check).toMatchObject({ path: "/health/ready", matcher: "200" });
    expect(deregistration_delay).toBe("600");
  });

  it("opens that port from the balancer to the nodes, and nothing else to them", () => {
    const rules = all(stack, "aws_vpc_security_group_ingress_rule").filter(({ from_port }) => from_port === 30_080);
    expect(rules).toHaveLength(1);
    expect(rules[0].referenced_security_group_id).toMatch(/^\$\{aws_security_group\.exposure_balancer_/);
    expect(rules[0].security_group_id).toMatch(/^\$\{aws_security_group\.cluster_security-group_/);
  });

  it("is protected as the cluster is, and says where DNS points to (40)", () => {
    expect(only(stack, "aws_lb").lifecycle).toEqual({ prevent_destroy: true });
    expect(exposure.address).toContain("TfToken");
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("the way to web pods on AWS is refused", () => {
  it("without a certificate or a zone to have one issued by", () => {
    const build = () =>
      synthAws((surroundings) => {
        const props = { hostname: "coverage.example.com", tls: {}, allowFrom: [], requestSeconds: 600 };
        awsCluster(surroundings).expose(surroundings.stack, "exposure", props);
      });
    expect(build).toThrow("HTTPS needs 'certificate' or 'dnsZone'");
  });
});
