import { TerraformVariable } from "cdktf";
import { describe, expect, it } from "vitest";
import { synth } from "../support/synth.js";
import { BARE, EVERYTHING, expression, named, synthWorkload, workload } from "./support.js";

const spec = (stack: ReturnType<typeof synthWorkload>, name: string) =>
  named(stack, "network_policy", name).spec as Record<string, unknown>;

describe("network policies (K16)", () => {
  const stack = synthWorkload({ traits: BARE, clusterName: "coverage" });

  it("let nobody call anybody, to begin with", () => {
    expect(spec(stack, "default-deny")).toEqual({ pod_selector: {}, policy_types: ["Ingress", "Egress"] });
  });

  it("let every pod ask for names, the cluster or its own node", () => {
    expect(spec(stack, "dns")).toMatchObject({
      pod_selector: {},
      egress: [
        {
          to: [
            { pod_selector: { match_expressions: [{ key: "k8s-app", values: ["kube-dns", "node-local-dns"] }] } },
            { ip_block: { cidr: "169.254.0.0/16" } },
          ],
          ports: [
            { port: "53", protocol: "UDP" },
            { port: "53", protocol: "TCP" },
          ],
        },
      ],
    });
  });

  it("let the service's roles reach database, Redis, HTTPS out there, their identity and statsd, and nothing else", () => {
    const { pod_selector, egress } = spec(stack, "service");
    expect(pod_selector).toMatchObject({ match_expressions: [{ values: ["web", "worker", "migrate"] }] });
    expect(egress).toEqual([
      { to: [{ ip_block: { cidr: "10.0.32.0/20" } }], ports: [{ port: "5432", protocol: "TCP" }] },
      { to: [{ ip_block: { cidr: "10.0.48.0/20" } }], ports: [{ port: "6379", protocol: "TCP" }] },
      {
        to: [{ ip_block: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }],
        ports: [{ port: "443", protocol: "TCP" }],
      },
      {
        to: [{ ip_block: { cidr: "169.254.170.23/32" } }],
        ports: [
          { port: "80", protocol: "TCP" },
          { port: "988", protocol: "TCP" },
        ],
      },
      {
        to: [{ pod_selector: { match_labels: expect.objectContaining({ "app.kubernetes.io/component": "statsd" }) } }],
        ports: [
          { port: "8125", protocol: "UDP" },
          { port: "8125", protocol: "TCP" },
        ],
      },
    ]);
  });

  it("let the cloud's balancer call web pods, and nobody call workers (II15)", () => {
    expect(spec(stack, "web").ingress).toEqual([
      { from: [{ ip_block: { cidr: "10.0.0.0/20" } }], ports: [{ port: "5000", protocol: "TCP" }] },
    ]);
    expect(
      Object.values(stack.resource.kubernetes_network_policy_v1).filter(({ spec }) =>
        JSON.stringify(spec).includes("5001"),
      ),
    ).toEqual([]);
  });

  it("let the roles send metrics, and collectors fetch them (F25)", () => {
    expect(spec(stack, "statsd").ingress).toMatchObject([
      { from: [{ pod_selector: { match_expressions: [{ values: ["web", "worker", "migrate"] }] } }] },
      {
        from: [
          {
            namespace_selector: {
              match_expressions: [{ values: ["kube-system", "gmp-system", "amazon-cloudwatch", "monitoring"] }],
            },
          },
        ],
        ports: [{ port: "9102", protocol: "TCP" }],
      },
    ]);
  });
});

describe("network policies of another cluster", () => {
  const stack = synthWorkload({ ...EVERYTHING, metricsNamespaces: [] });

  it("let the ingress controller's pods alone call web pods (F3)", () => {
    expect(spec(stack, "web").ingress).toEqual([
      {
        from: [
          {
            namespace_selector: {
              match_expressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["ingress-nginx"] }],
            },
            pod_selector: { match_labels: { "app.kubernetes.io/name": "ingress-nginx" } },
          },
        ],
        ports: [{ port: "5000", protocol: "TCP" }],
      },
    ]);
  });

  it("let schedules reach the cluster's API", () => {
    expect(spec(stack, "peak-hours")).toMatchObject({
      pod_selector: { match_expressions: [{ values: ["peak-hours"] }] },
      egress: [{ ports: [{ port: "443" }, { port: "6443" }] }],
    });
  });

  it("let no collector in where none is named", () => {
    expect(spec(stack, "statsd").ingress).toHaveLength(1);
  });
});

it("take ranges and ports that only Terraform knows", () => {
  const stack = synth((scope) => {
    const range = new TerraformVariable(scope, "range", {});
    const port = new TerraformVariable(scope, "port", {});
    workload(scope, { dataReach: [{ cidr: range.stringValue, port: port.numberValue }] });
  });
  expect(spec(stack, "service").egress).toContainEqual({
    to: [{ ip_block: { cidr: expression("var.range") } }],
    ports: [{ port: expression("var.port"), protocol: "TCP" }],
  });
});

it("let nobody call web pods where no balancer is known, rather than everybody", () => {
  const stack = synthWorkload();
  expect(spec(stack, "web")).toMatchObject({ policy_types: ["Ingress"], ingress: [] });
  expect(stack.json).not.toContain('"name": "peak-hours"');
});
