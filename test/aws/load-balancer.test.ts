import { describe, expect, it } from "vitest";
import { AwsLoadBalancer, type AwsLoadBalancerOverrides } from "../../lib/aws/load-balancer.js";
import { AwsMachineGroup } from "../../lib/aws/machine-group.js";
import type { AwsNetwork } from "../../lib/aws/network.js";
import type { LoadBalancerProps } from "../../lib/cloud/load-balancer.js";
import type { NetworkProps } from "../../lib/cloud/network.js";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { type AwsSurroundings, awsObjections, awsPlugin, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { all, only, type Synthesised } from "../support/synth.js";

type Props = Partial<LoadBalancerProps<AwsNetwork>>;

const OFFICE = "203.0.113.0/24";
const CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b";

function balancer({ stack, provider, network }: AwsSurroundings, props: Props, overrides?: AwsLoadBalancerOverrides) {
  const defaults = { network, allowFrom: [OFFICE], requestSeconds: 600, protect: true };
  return new AwsLoadBalancer(stack, "balancer", provider, { ...defaults, ...props }, overrides);
}

function group({ stack, provider, network }: AwsSurroundings, id: string) {
  return new AwsMachineGroup(stack, id, provider, {
    network,
    size: MACHINE_SIZES["n1-standard-4"],
    machines: { min: 2, max: 4 },
    targetCpuPercent: 80,
    drainSeconds: 120,
    startSeconds: 600,
    boot: () => "#cloud-config\n",
  });
}

function synthBalancer(
  props: Props,
  groups: readonly string[] = [],
  overrides?: AwsLoadBalancerOverrides,
): Synthesised {
  return synthAws((surroundings) => {
    const made = balancer(surroundings, props, overrides);
    const target = { port: 8000, healthPath: "/health/ready", drainSeconds: 90 };
    for (const id of groups) made.addTarget(group(surroundings, id), target);
  });
}

const listener = (stack: Synthesised, port: number) =>
  all(stack, "aws_lb_listener").find((candidate) => candidate.port === port);

/** The target groups that the listener on this port sends requests to. */
const targets = (stack: Synthesised, port: number) =>
  (listener(stack, port)!.default_action as readonly { forward: { target_group: readonly { weight: number }[] } }[])[0]
    .forward.target_group;

describe("a load balancer on AWS with a certificate from a DNS zone", () => {
  const stack = synthBalancer({ hostname: "coverage.example.com", tls: { dnsZone: "Z1" } }, ["web"]);

  it("serves HTTPS by a modern policy, and HTTP only to redirect for good (2, F8)", () => {
    expect(listener(stack, 443)).toMatchObject({
      protocol: "HTTPS",
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificate_arn: expect.stringMatching(/^\$\{aws_acm_certificate_validation\.[^}]+\.certificate_arn\}$/),
    });
    expect(listener(stack, 80)?.default_action).toEqual([
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", status_code: "HTTP_301" } },
    ]);
  });

  it("has the certificate issued by way of the zone, and the hostname's record written into it (37)", () => {
    expect(only(stack, "aws_acm_certificate")).toMatchObject({
      domain_name: "coverage.example.com",
      validation_method: "DNS",
      lifecycle: { create_before_destroy: true },
    });
    const records = all(stack, "aws_route53_record");
    expect(records.map(({ zone_id }) => zone_id)).toEqual(["Z1", "Z1"]);
    expect(records).toContainEqual(
      expect.objectContaining({
        name: "coverage.example.com",
        type: "A",
        alias: expect.objectContaining({ name: expect.stringMatching(/^\$\{aws_lb\.[^}]+\.dns_name\}$/) }),
      }),
    );
  });

  it("is public, protected, patient with uploads and strict with headers (40)", () => {
    expect(only(stack, "aws_lb")).toMatchObject({
      internal: false,
      load_balancer_type: "application",
      idle_timeout: 600,
      drop_invalid_header_fields: true,
      lifecycle: { prevent_destroy: true },
      subnets: [
        expect.stringMatching(/^\$\{aws_subnet\.network_public-0/),
        expect.stringMatching(/^\$\{aws_subnet\.network_public-1/),
      ],
    });
  });

  it("lets in the ranges that it was given, on its two ports", () => {
    const fromRanges = all(stack, "aws_vpc_security_group_ingress_rule").filter(({ cidr_ipv4 }) => cidr_ipv4);
    expect(fromRanges.map(({ cidr_ipv4, from_port }) => [cidr_ipv4, from_port])).toEqual([
      [OFFICE, 443],
      [OFFICE, 80],
    ]);
  });

  it("sends requests to machines that are well, the least busy first, and lets theirs end when they leave (24, F32)", () => {
    expect(only(stack, "aws_lb_target_group")).toMatchObject({
      port: 8000,
      protocol: "HTTP",
      target_type: "instance",
      deregistration_delay: "90",
      load_balancing_algorithm_type: "least_outstanding_requests",
      health_check: expect.objectContaining({ path: "/health/ready", matcher: "200" }),
    });
    expect(targets(stack, 443)).toHaveLength(1);
    expect(only(stack, "aws_autoscaling_group").target_group_arns).toEqual([
      expect.stringMatching(/^\$\{aws_lb_target_group\.balancer_target-web_[^}]+\.arn\}$/),
    ]);
  });

  it("lets itself in at the machines, on the one port (1)", () => {
    const [rule, ...more] = all(stack, "aws_vpc_security_group_ingress_rule").filter(({ cidr_ipv4 }) => !cidr_ipv4);
    expect(more).toEqual([]);
    expect(rule).toMatchObject({
      from_port: 8000,
      to_port: 8000,
      referenced_security_group_id: expect.stringMatching(/^\$\{aws_security_group\.balancer_/),
      security_group_id: expect.stringMatching(/^\$\{aws_security_group\.web_/),
    });
  });

  it.runIf(terraform && awsPlugin)("is valid to the real provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("a load balancer on AWS with other props", () => {
  it("takes a certificate that is there, and leaves DNS alone", () => {
    const stack = synthBalancer({ hostname: "coverage.example.com", tls: { certificate: CERTIFICATE } });
    expect(listener(stack, 443)?.certificate_arn).toBe(CERTIFICATE);
    for (const type of ["aws_acm_certificate", "aws_route53_record"]) expect(all(stack, type)).toEqual([]);
  });

  it("takes a certificate that is there, and writes the record all the same", () => {
    const tls = { certificate: CERTIFICATE, dnsZone: "Z1" };
    expect(only(synthBalancer({ hostname: "coverage.example.com", tls }), "aws_route53_record").type).toBe("A");
  });

  it("serves plain HTTP when told so, on one port", () => {
    const stack = synthBalancer({}, ["web"]);
    expect(only(stack, "aws_lb_listener")).toMatchObject({ port: 80, protocol: "HTTP" });
    expect(JSON.stringify(listener(stack, 80))).toContain("aws_lb_target_group.balancer_target-web");
    const ports = all(stack, "aws_vpc_security_group_ingress_rule").map(({ from_port }) => from_port);
    expect(ports.sort()).toEqual([80, 8000]);
  });

  it("answers 503 as long as there is no machine to ask", () => {
    expect(listener(synthBalancer({}), 80)?.default_action).toEqual([
      expect.objectContaining({
        type: "fixed-response",
        fixed_response: expect.objectContaining({ status_code: "503" }),
      }),
    ]);
  });

  it("shares requests between several groups evenly (F31)", () => {
    expect(targets(synthBalancer({}, ["blue", "green"]), 80).map(({ weight }) => weight)).toEqual([1, 1]);
  });

  it("can be removed again when it is not protected", () => {
    expect(only(synthBalancer({ protect: false }), "aws_lb")).toMatchObject({
      lifecycle: { prevent_destroy: false },
    });
  });

  it("lets keys be laid over the underlying resources", () => {
    const stack = synthBalancer({}, ["web"], {
      loadBalancer: { accessLogs: { bucket: "logs", enabled: true } },
      targetGroup: { healthCheck: { interval: 30 } },
    });
    expect(only(stack, "aws_lb")).toMatchObject({ access_logs: { bucket: "logs" }, idle_timeout: 600 });
    expect(only(stack, "aws_lb_target_group").health_check).toMatchObject({ interval: 30, path: "/health/ready" });
  });
});

describe("a load balancer on AWS fails", () => {
  it.each<[string, Props, string]>([
    ["TLS without a certificate", { hostname: "a.example.com", tls: {} }, "HTTPS needs 'certificate' or 'dnsZone'"],
    [
      "a zone's name for its id",
      { hostname: "a.example.com", tls: { dnsZone: "example.com" } },
      `'dnsZone' must be a Route 53 zone's id, got "example.com"; allowed: such as Z0123456789ABCDEFGHIJ`,
    ],
    [
      "a certificate of another region",
      { tls: { certificate: CERTIFICATE.replace("eu-west-1", "us-east-1") } },
      "the certificate is in us-east-1, the load balancer in eu-west-1",
    ],
    ["a DNS zone without a hostname", { tls: { dnsZone: "Z1" } }, "'dnsZone' needs a hostname"],
    ["a certificate that is no ARN", { tls: { certificate: "mine" } }, `named by its ARN, got "mine"`],
    ["no time for requests", { requestSeconds: 0 }, "'requestSeconds' is out of range, got 0"],
    ["more time than AWS has", { requestSeconds: 4_001 }, "'requestSeconds' is out of range, got 4001"],
    ["what is no range", { allowFrom: ["office"] }, "'cidr' must be an address range"],
  ])("for %s", (_, props, message) => {
    expect(() => synthBalancer(props)).toThrow(message);
  });

  it("in a network of one zone", () => {
    const build = (network: NetworkProps) => () =>
      synthAws((surroundings) => void balancer(surroundings, {}), { network });
    expect(build({ zones: 1 })).toThrow(
      "[single-vm-aws/balancer] a load balancer needs public subnets in two zones, got 1; give the network 'zones' 2 or 3",
    );
  });

  it("for a drain that is longer than AWS waits", () => {
    const build = () =>
      synthAws((surroundings) => {
        const target = { port: 80, healthPath: "/", drainSeconds: 3_601 };
        balancer(surroundings, {}).addTarget(group(surroundings, "web"), target);
      });
    expect(build).toThrow("'drainSeconds' is out of range, got 3601");
  });
});
