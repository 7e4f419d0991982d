import { describe, expect, it } from "vitest";
import type { LoadBalancerProps } from "../../lib/cloud/load-balancer.js";
import { groupProps, rules, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const CERTIFICATE =
  "/subscriptions/1/resourceGroups/theirs/providers/Microsoft.KeyVault/vaults/theirs/secrets/coverage";
const ZONE = "/subscriptions/1/resourceGroups/dns/providers/Microsoft.Network/dnszones/example.com";
const HOST = { hostname: "coverage.example.com" };

const made = (props: Partial<LoadBalancerProps> = {}, targets = 1) =>
  synthAzure((bench) => {
    const balancer = bench.cloud.loadBalancer(bench.stack, "load-balancer", {
      network: bench.network,
      allowFrom: ["203.0.113.0/24"],
      requestSeconds: 600,
      protect: false,
      ...(props as object),
    });
    for (let i = 0; i < targets; i++) {
      const group = bench.cloud.machineGroup(bench.stack, `web-${i}`, groupProps(bench));
      balancer.addTarget(group, { port: 8000, healthPath: "/health/ready", drainSeconds: 120 });
    }
  });

describe("a load balancer on Azure", () => {
  const stack = made({ ...HOST, tls: { certificate: CERTIFICATE, dnsZone: ZONE }, protect: true });
  const gateway = only(stack, "azurerm_application_gateway");

  it("ends TLS with a current policy and redirects HTTP for good (2, F8)", () => {
    expect(gateway.ssl_policy).toEqual({ policy_type: "Predefined", policy_name: "AppGwSslPolicy20220101" });
    expect(gateway.http_listener).toMatchObject([
      { name: "http", protocol: "Http" },
      { name: "https", protocol: "Https", ssl_certificate_name: "certificate" },
    ]);
    expect(gateway.redirect_configuration).toMatchObject([
      { redirect_type: "Permanent", target_listener_name: "https", include_path: true, include_query_string: true },
    ]);
    expect(gateway.request_routing_rule).toMatchObject([
      { http_listener_name: "http", redirect_configuration_name: "https" },
      { http_listener_name: "https", backend_address_pool_name: "target" },
    ]);
  });

  it("takes its certificate from Key Vault, under an identity that reads this one only (5)", () => {
    expect(gateway.ssl_certificate).toEqual([
      { name: "certificate", key_vault_secret_id: "https://theirs.vault.azure.net/secrets/coverage" },
    ]);
    const role = all(stack, "azurerm_role_assignment").find(({ scope }) => scope === CERTIFICATE)!;
    expect(role.role_definition_name).toBe("Key Vault Secrets User");
    expect(gateway.depends_on).toContainEqual(expect.stringMatching(/^azurerm_role_assignment\.load-balancer_cert/));
  });

  it("spreads over zones and grows with what comes (17, F21)", () => {
    expect(gateway).toMatchObject({
      sku: { tier: "Standard_v2" },
      zones: ["1", "2", "3"],
      autoscale_configuration: { min_capacity: 2, max_capacity: 10 },
    });
  });

  it("sends requests to machines that are well, and lets them end on those that leave (24, F32)", () => {
    expect(gateway.probe).toMatchObject([{ path: "/health/ready", port: 8000, match: { status_code: ["200-299"] } }]);
    expect(gateway.backend_http_settings).toMatchObject([
      { request_timeout: 600, connection_draining: { enabled: true, drain_timeout_sec: 120 } },
    ]);
    expect(JSON.stringify(only(stack, "azurerm_linux_virtual_machine_scale_set").network_interface)).toMatch(
      /azurerm_application_gateway\.load-balancer_gateway_\w+\.id\}\/backendAddressPools\/target/,
    );
  });

  it("tells the service the client's address without its port", () => {
    expect(JSON.stringify(gateway.rewrite_rule_set)).toContain("{var_add_x_forwarded_for_proxy}");
  });

  it("is reached from where it was allowed, and alone reaches the machines (II2)", () => {
    expect(rules(stack, "network_gateway")).toEqual([
      "Inbound Allow 203.0.113.0/24 → * 443",
      "Inbound Allow 203.0.113.0/24 → * 80",
      "Inbound Allow AzureLoadBalancer → * *",
      "Inbound Allow GatewayManager → * 65200-65535",
      "Inbound Deny * → * *",
    ]);
    expect(rules(stack, "web-0_").filter((rule) => rule.startsWith("Inbound"))).toEqual([
      `Inbound Allow \${cidrsubnet("10.0.0.0/16", 4, 1)} → * 8000`,
      "Inbound Deny * → * *",
    ]);
  });

  it("points the hostname at itself (37)", () => {
    expect(only(stack, "azurerm_dns_a_record")).toMatchObject({
      name: "coverage",
      zone_name: "example.com",
      resource_group_name: "dns",
    });
    const apex = made({ hostname: "example.com", tls: { certificate: CERTIFICATE, dnsZone: ZONE } });
    expect(only(apex, "azurerm_dns_a_record").name).toBe("@");
  });

  it("logs who asked for what, and is deleted neither by Terraform nor by Azure (29, 40)", () => {
    expect(only(stack, "azurerm_monitor_diagnostic_setting").enabled_log).toEqual([
      { category: "ApplicationGatewayAccessLog" },
    ]);
    expect(gateway.lifecycle).toEqual({ prevent_destroy: true });
  });

  it("serves plain HTTP where TLS was left out", () => {
    const plain = made();
    const open = only(plain, "azurerm_application_gateway");
    expect(open).not.toHaveProperty("ssl_certificate");
    expect(open.request_routing_rule).toMatchObject([
      { http_listener_name: "http", backend_address_pool_name: "target" },
    ]);
    expect(rules(plain, "network_gateway").join()).not.toContain(" 443");
  });
});

describe("a load balancer on Azure fails (51)", () => {
  it("without a certificate, which Azure does not issue", () => {
    expect(() => made({ ...HOST, tls: { dnsZone: ZONE } })).toThrow(
      "HTTPS on Azure needs 'certificate': none is issued for a gateway; az keyvault certificate import",
    );
  });

  it("for a zone that is none, or that the hostname is not in", () => {
    const build = (dnsZone: string, host: object = HOST) => {
      return () => made({ ...host, tls: { certificate: CERTIFICATE, dnsZone } });
    };
    expect(build("example.com")).toThrow("'dnsZone' must be a DNS zone's id, got \"example.com\"");
    expect(build(ZONE, { hostname: "coverage.example.org" })).toThrow(
      "'hostname' is not in the zone example.com, got \"coverage.example.org\"",
    );
    expect(build(ZONE, {})).toThrow("'dnsZone' needs a hostname");
  });

  it("for requests that take no time, and ranges that are none", () => {
    expect(() => made({ requestSeconds: 0 })).toThrow("'requestSeconds' is out of range, got 0");
    expect(() => made({ allowFrom: ["203.0.113.9/24"] })).toThrow("'allowFrom' must start at its network address");
  });

  it("without a target, and with two", () => {
    expect(() => made({}, 0)).toThrow("[single-vm-aws/load-balancer] the load balancer has no target; call addTarget");
    expect(() => made({}, 2)).toThrow('the load balancer has a target already, got "single-vm-aws/web-1"');
  });
});
