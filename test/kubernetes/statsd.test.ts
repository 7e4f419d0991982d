import { describe, expect, it } from "vitest";
import { named, pod, synthWorkload } from "./support.js";

describe("statsd (F25)", () => {
  const stack = synthWorkload();

  it("is found by the service under its name", () => {
    expect(pod(stack, "worker").spec.container[0].env).toContainEqual({ name: "STATSD_HOST", value: "statsd" });
    expect(named(stack, "service", "statsd").spec).toMatchObject({
      type: "ClusterIP",
      port: [
        { port: 8125, protocol: "UDP" },
        { port: 8125, protocol: "TCP" },
        { port: 9102, protocol: "TCP" },
      ],
    });
  });

  it("tells Prometheus where to look", () => {
    expect(pod(stack, "statsd").metadata.annotations).toEqual({
      "prometheus.io/scrape": "true",
      "prometheus.io/port": "9102",
      "prometheus.io/path": "/metrics",
    });
  });

  it("runs apart from web and worker nodes", () => {
    expect(pod(stack, "statsd").spec).not.toHaveProperty("node_selector");
    expect(pod(stack, "statsd").spec).not.toHaveProperty("toleration");
  });
});
