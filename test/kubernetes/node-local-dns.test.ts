import { describe, expect, it } from "vitest";
import { all } from "../support/synth.js";
import { named, pod, synthWorkload } from "./support.js";

describe("a DNS cache on each node (K9)", () => {
  const stack = synthWorkload({ traits: { balancerCidrs: [], dnsServiceIp: "172.20.0.10" } });
  const { spec } = pod(stack, "node-local-dns");

  it("runs on every node, before anything else", () => {
    expect(spec).toMatchObject({
      toleration: [{ operator: "Exists" }],
      priority_class_name: "system-node-critical",
      host_network: true,
      dns_policy: "Default",
    });
  });

  it("listens beside the cluster's DNS, and asks it over TCP", () => {
    expect(spec.container[0].args).toEqual(["-localip", "169.254.20.10", "-conf", "/run/coredns/Corefile"]);
    const corefile = (named(stack, "config_map", "node-local-dns").data as Record<string, string>)["Corefile.base"];
    expect(corefile).toMatch(
      /^cluster\.local:53 \{[^}]*bind 169\.254\.20\.10\n[^}]*forward \. 172\.20\.0\.10 \{\n\s*force_tcp/,
    );
    expect(corefile).toMatch(/\n\.:53 \{[^}]*forward \. \/etc\/resolv\.conf\n/);
    expect(corefile.match(/health /g)).toHaveLength(1);
  });

  it("is asked first by the service's pods, the cluster's DNS after it", () => {
    for (const role of ["web", "worker", "migrate"]) {
      expect(pod(stack, role).spec).toMatchObject({
        dns_policy: "None",
        dns_config: {
          nameservers: ["169.254.20.10", "172.20.0.10"],
          searches: [expect.stringMatching(/\.svc\.cluster\.local$/), "svc.cluster.local", "cluster.local"],
        },
      });
    }
  });
});

it("is left to clusters that bring their own", () => {
  expect(all(synthWorkload(), "kubernetes_daemon_set_v1")).toEqual([]);
});
