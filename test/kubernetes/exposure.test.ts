import { describe, expect, it } from "vitest";
import { all, only } from "../support/synth.js";
import { named, synthWorkload, THROUGH_CONTROLLER } from "./support.js";

describe("web pods behind a controller (F3)", () => {
  const stack = synthWorkload({ exposure: THROUGH_CONTROLLER });

  it("are one service inside the cluster", () => {
    expect(named(stack, "service", "web").spec).toEqual({
      type: "ClusterIP",
      selector: { "app.kubernetes.io/name": "coverstack", "app.kubernetes.io/component": "web" },
      port: [{ name: "http", port: 80, target_port: "http", protocol: "TCP" }],
    });
  });

  it("are reached by the hostname over HTTPS (F8)", () => {
    const ingress = only(stack, "kubernetes_ingress_v1");
    expect(ingress.metadata).toMatchObject({ annotations: THROUGH_CONTROLLER.ingress?.annotations });
    expect(ingress.spec).toMatchObject({
      ingress_class_name: "nginx",
      rule: [
        {
          host: "coverage.example.com",
          http: { path: [{ path: "/", path_type: "Prefix", backend: { service: { port: { number: 80 } } } }] },
        },
      ],
      tls: [{ hosts: ["coverage.example.com"], secret_name: "certificate" }],
    });
  });
});

describe("web pods behind a cloud's balancer", () => {
  const annotations = { "cloud.google.com/neg": '{"ingress": true}' };
  const stack = synthWorkload({ exposure: { service: { type: "NodePort", nodePort: 30_080, annotations } } });
  const service = named(stack, "service", "web");

  it("answer on one port of every node, with what the cloud wants to be told", () => {
    expect(service.spec).toMatchObject({
      type: "NodePort",
      port: [{ port: 80, node_port: 30_080 }],
    });
    expect(service.metadata).toMatchObject({ annotations });
    expect(all(stack, "kubernetes_ingress_v1")).toEqual([]);
  });

  it("see who calls, so that network policies tell the balancer from other nodes (K16)", () => {
    expect(service.spec).toMatchObject({ external_traffic_policy: "Local" });
  });

  it("let the cloud note on the service what it made", () => {
    expect(service.lifecycle).toEqual({ ignore_changes: ['metadata[0].annotations["cloud.google.com/neg-status"]'] });
  });
});

it("names an older controller's class once, by its annotation", () => {
  const annotations = { "kubernetes.io/ingress.class": "gce" };
  const exposure = { service: THROUGH_CONTROLLER.service, ingress: { className: "gce", annotations } };
  const { spec } = only(synthWorkload({ exposure }), "kubernetes_ingress_v1");
  expect(spec).not.toHaveProperty("ingress_class_name");
  expect(spec).not.toHaveProperty("tls");
});
