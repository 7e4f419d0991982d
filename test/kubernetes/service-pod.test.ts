import { describe, expect, it } from "vitest";
import { named, pod, synthWorkload } from "./support.js";

describe("web and worker pods", () => {
  const stack = synthWorkload();
  const web = pod(stack, "web").spec;
  const worker = pod(stack, "worker").spec;

  it("say on 5000 and 5001 whether they live and whether they can serve", () => {
    for (const [spec, port] of [
      [web, 5000],
      [worker, 5001],
    ] as const) {
      const [container] = spec.container;
      expect(container.port).toEqual([{ name: "http", container_port: port, protocol: "TCP" }]);
      expect(container.readiness_probe).toMatchObject({ http_get: { path: "/health/ready", port: "http" } });
      expect(container.liveness_probe).toMatchObject({ http_get: { path: "/health/live", port: "http" } });
      expect(container.startup_probe).toMatchObject({ http_get: { path: "/health/live" }, failure_threshold: 60 });
    }
  });

  it("run on nodes of their role alone, spot nodes of Azure included (F21, K14)", () => {
    for (const [spec, role] of [
      [web, "web"],
      [worker, "worker"],
      [pod(stack, "migrate").spec, "worker"],
    ] as const) {
      expect(spec.node_selector).toEqual({ "coverstack.io/role": role });
      expect(spec.toleration).toEqual([
        { key: "coverstack.io/role", operator: "Equal", value: role },
        { key: "kubernetes.azure.com/scalesetpriority", operator: "Equal", value: "spot" },
      ]);
    }
  });

  it("are spread over zones and hosts (F21, II17)", () => {
    const keys = (web.topology_spread_constraint as { topology_key: string }[]).map(({ topology_key }) => topology_key);
    expect(keys).toEqual(["topology.kubernetes.io/zone", "kubernetes.io/hostname"]);
  });

  it("get to end what they do, and web pods stay until balancers have looked elsewhere (F32)", () => {
    expect([web, worker].map((spec) => spec.termination_grace_period_seconds)).toEqual([60, 60]);
    expect(web.container[0].lifecycle).toEqual({ pre_stop: [{ exec: { command: ["sleep", "15"] } }] });
    expect(worker.container[0]).not.toHaveProperty("lifecycle");
  });

  it("keep no node from being taken away by their temporary files (K3, K4)", () => {
    for (const role of ["web", "worker"]) {
      expect(pod(stack, role).metadata.annotations).toMatchObject({
        "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "tmp",
      });
    }
  });

  it("are the user that the image runs as, by number", () => {
    expect(web.security_context).toMatchObject({ run_as_user: "1000", run_as_group: "1000" });
  });

  it("ask the cluster for names, and only once for those with two dots", () => {
    expect(web.dns_policy).toBe("ClusterFirst");
    expect(web.dns_config).toEqual({ option: [{ name: "ndots", value: "2" }] });
  });
});

describe("pods of a cluster whose nodes are not set apart", () => {
  const stack = synthWorkload({
    dedicatedNodes: false,
    dnsOverTcp: true,
    podIdentities: {
      worker: { annotations: { "example.com/role": "reader" }, podLabels: { "example.com/use": "true" } },
    },
  });

  it("run wherever there is room", () => {
    for (const role of ["web", "worker", "migrate"]) expect(pod(stack, role).spec).not.toHaveProperty("node_selector");
  });

  it("ask for names over TCP, if they are workers (K9)", () => {
    expect(pod(stack, "worker").spec.dns_config).toMatchObject({ option: [{ name: "ndots" }, { name: "use-vc" }] });
    expect(JSON.stringify(pod(stack, "web").spec.dns_config)).not.toContain("use-vc");
  });

  it("are to the cloud whom it says, role by role", () => {
    expect(named(stack, "service_account", "worker").metadata).toMatchObject({
      annotations: { "example.com/role": "reader" },
    });
    expect(named(stack, "service_account", "web").metadata).toMatchObject({ annotations: {} });
    expect(pod(stack, "worker").metadata.labels).toMatchObject({ "example.com/use": "true" });
    expect(pod(stack, "web").metadata.labels).not.toHaveProperty("example.com/use");
  });
});
