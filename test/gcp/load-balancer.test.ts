import { describe, expect, it } from "vitest";
import type { LoadBalancerProps } from "../../lib/cloud/load-balancer.js";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { gcp, synthInNetwork } from "../support/gcp.js";
import { all, only } from "../support/synth.js";

const TARGET = { port: 80, healthPath: "/health/ready", drainSeconds: 120 };
const GROUP = {
  size: MACHINE_SIZES["n1-standard-4"],
  machines: { min: 2, max: 6 },
  targetCpuPercent: 80,
  drainSeconds: 60,
  startSeconds: 300,
  boot: () => "#cloud-config\n",
};
const HTTPS = { hostname: "coverage.example.com", tls: { dnsZone: "example" } };

function synthBalancer(props: Partial<Omit<LoadBalancerProps, "network">> = {}, groups: readonly string[] = ["web"]) {
  return synthInNetwork((cloud, stack, network) => {
    const balancer = cloud.loadBalancer(stack, "load-balancer", {
      network,
      allowFrom: ["203.0.113.0/24"],
      requestSeconds: 600,
      protect: true,
      ...props,
    });
    for (const id of groups) balancer.addTarget(cloud.machineGroup(stack, id, { network, ...GROUP }), TARGET);
  });
}

describe("a load balancer on Google Cloud", () => {
  const stack = synthBalancer(HTTPS);
  const backend = only(stack, "google_compute_backend_service");
  const listeners = all(stack, "google_compute_global_forwarding_rule");

  it("terminates TLS 1.2 and later with a certificate that Google issues (2, F8)", () => {
    expect(only(stack, "google_compute_ssl_policy")).toMatchObject({ profile: "MODERN", min_tls_version: "TLS_1_2" });
    expect(only(stack, "google_compute_managed_ssl_certificate")).toMatchObject({
      managed: { domains: ["coverage.example.com"] },
      lifecycle: { create_before_destroy: true },
    });
    expect(only(stack, "google_compute_target_https_proxy")).toMatchObject({
      ssl_certificates: [expect.stringMatching(/^\$\{google_compute_managed_ssl_certificate\./)],
      ssl_policy: expect.stringMatching(/^\$\{google_compute_ssl_policy\./),
    });
  });

  it("sends HTTP to HTTPS", () => {
    const redirect = all(stack, "google_compute_url_map").find((map) => map.default_url_redirect);
    expect(redirect?.default_url_redirect).toEqual({
      https_redirect: true,
      redirect_response_code: "MOVED_PERMANENTLY_DEFAULT",
      strip_query: false,
    });
    expect(listeners.map(({ port_range, target }) => [port_range, String(target).split(".")[0]]).sort()).toEqual([
      ["443", `\${google_compute_target_https_proxy`],
      ["80", `\${google_compute_target_http_proxy`],
    ]);
  });

  it("lets in whom it was told to, and no one else (3)", () => {
    expect(only(stack, "google_compute_security_policy").rule).toEqual([
      {
        action: "allow",
        priority: 1000,
        match: { versioned_expr: "SRC_IPS_V1", config: { src_ip_ranges: ["203.0.113.0/24"] } },
      },
      {
        action: "deny(403)",
        description: "whoever is not allowed",
        priority: 2_147_483_647,
        match: { versioned_expr: "SRC_IPS_V1", config: { src_ip_ranges: ["*"] } },
      },
    ]);
    expect(backend.security_policy).toMatch(/^\$\{google_compute_security_policy\./);
  });

  it("sends requests to machines that are well, as long as they take, and lets them end (24, 27, F32)", () => {
    expect(backend).toMatchObject({
      load_balancing_scheme: "EXTERNAL_MANAGED",
      timeout_sec: 600,
      connection_draining_timeout_sec: 120,
      port_name: "port-80",
      log_config: { enable: true, sample_rate: 1 },
      backend: [
        { group: expect.stringMatching(/^\$\{google_compute_region_instance_group_manager\..*instance_group\}$/) },
      ],
    });
    expect(only(stack, "google_compute_health_check").http_health_check).toEqual({
      port: 80,
      request_path: "/health/ready",
    });
    expect(only(stack, "google_compute_region_instance_group_manager").named_port).toEqual([
      { name: "port-80", port: 80 },
    ]);
  });

  it("lets itself in to its targets, and nobody besides (F21)", () => {
    const rule = all(stack, "google_compute_firewall").find(({ name }) => String(name).includes("from-balancers"));
    expect(rule).toMatchObject({
      source_ranges: ["130.211.0.0/22", "35.191.0.0/16"],
      target_service_accounts: [expect.stringMatching(/web_identity/)],
      allow: [{ protocol: "tcp", ports: ["80"] }],
    });
  });

  it("has an address that stays, and a name for it (37, 40)", () => {
    const address = all(stack, "google_compute_global_address").find(({ purpose }) => purpose === undefined);
    expect(address?.lifecycle).toEqual({ prevent_destroy: true });
    expect(only(stack, "google_dns_record_set")).toMatchObject({
      managed_zone: "example",
      name: "coverage.example.com.",
      type: "A",
      rrdatas: [expect.stringMatching(/^\$\{google_compute_global_address\.load-balancer_address_\w+\.address\}$/)],
    });
  });
});

describe("other forms of a load balancer on Google Cloud", () => {
  it("take a certificate that is there already, and leave the record to others (39)", () => {
    const stack = synthBalancer({ hostname: "coverage.example.com", tls: { certificate: "wildcard" } });
    expect(only(stack, "google_compute_target_https_proxy").ssl_certificates).toEqual([
      "projects/quality-247012/global/sslCertificates/wildcard",
    ]);
    expect(all(stack, "google_compute_managed_ssl_certificate")).toEqual([]);
    expect(all(stack, "google_dns_record_set")).toEqual([]);
  });

  it("speak plain HTTP where TLS was left out", () => {
    const stack = synthBalancer();
    expect(all(stack, "google_compute_target_https_proxy")).toEqual([]);
    expect(only(stack, "google_compute_global_forwarding_rule").port_range).toBe("80");
    expect(only(stack, "google_compute_url_map")).not.toHaveProperty("default_url_redirect");
  });

  it("let nobody in when no range is named", () => {
    const { rule } = only(synthBalancer({ allowFrom: [] }), "google_compute_security_policy");
    expect(rule).toMatchObject([{ action: "deny(403)" }]);
  });

  it("take more ranges than fit one rule", () => {
    const allowFrom = Array.from({ length: 12 }, (_, i) => `203.0.113.${i}/32`);
    const { rule } = only(synthBalancer({ allowFrom }), "google_compute_security_policy");
    const sizes = (rule as { match: { config: { src_ip_ranges: string[] } } }[]).map(
      ({ match }) => match.config.src_ip_ranges.length,
    );
    expect(sizes).toEqual([10, 2, 1]);
  });

  it("serve several groups by one health check", () => {
    const stack = synthBalancer(HTTPS, ["blue", "green"]);
    expect(only(stack, "google_compute_backend_service").backend).toHaveLength(2);
    expect(all(stack, "google_compute_health_check")).toHaveLength(1);
  });
});

describe("bad input for a load balancer on Google Cloud", () => {
  const balancer = (props: object) => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network", { zones: 2, reach: "private" });
    const base = { network, allowFrom: [], requestSeconds: 600, protect: false };
    return { cloud, stack, network, build: () => cloud.loadBalancer(stack, "load-balancer", { ...base, ...props }) };
  };

  it("fails for a managed certificate or a record without a hostname", () => {
    expect(balancer({ tls: {} }).build).toThrow(
      "[test/load-balancer] a managed certificate needs a hostname; add 'hostname', or 'certificate' with the name of one that is there",
    );
    expect(balancer({ tls: { certificate: "mine", dnsZone: "example" } }).build).toThrow(
      "a DNS record needs a hostname; add 'hostname', or leave out 'dnsZone'",
    );
  });

  it("fails for ranges that are none, and times that Google does not wait", () => {
    expect(balancer({ allowFrom: ["the office"] }).build).toThrow("'allowFrom' must be an address range");
    expect(balancer({ requestSeconds: 0 }).build).toThrow("'requestSeconds' is out of range, got 0");
  });

  it("fails for targets that are asked differently, or drain for too long", () => {
    const { cloud, stack, network, build } = balancer({});
    const loadBalancer = build();
    const group = cloud.machineGroup(stack, "web", { network, ...GROUP });
    expect(() => loadBalancer.addTarget(group, { ...TARGET, drainSeconds: 3601 })).toThrow(
      "'drainSeconds' is out of range, got 3601",
    );
    loadBalancer.addTarget(group, TARGET);
    expect(() => loadBalancer.addTarget(group, { ...TARGET, port: 8080 })).toThrow("targets of a load balancer differ");
  });

  it("fails when nothing is behind it", () => {
    expect(() => synthBalancer(HTTPS, [])).toThrow("a load balancer without a target serves nothing");
  });
});
