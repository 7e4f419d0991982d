import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { Azure, AzureCluster } from "../../lib/azure/index.js";
import type { ClusterProps, Exposure } from "../../lib/cloud/cluster.js";
import { MACHINE_SIZES } from "../../lib/index.js";
import { DATABASE_SIZES } from "../../lib/workload/machine-size.js";
import { type AzureBench, rules, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const POOLS = {
  web: { size: MACHINE_SIZES["n1-standard-4"], nodes: { min: 2, max: 4 } },
  worker: { size: MACHINE_SIZES["n1-standard-8"], nodes: { min: 1, max: 8 }, spot: true },
};

const cluster = ({ stack, cloud, network }: AzureBench, props: Partial<ClusterProps> = {}): AzureCluster =>
  cloud.cluster(stack, "cluster", { network, pools: POOLS, protect: true, ...(props as object) });

const made = (props: Partial<ClusterProps> = {}, zones = 2) =>
  synthAzure((bench) => void cluster(bench, props), { network: { zones } });

const CERTIFICATE =
  "/subscriptions/1/resourceGroups/theirs/providers/Microsoft.KeyVault/vaults/theirs/secrets/coverage";
const ZONE = "/subscriptions/1/resourceGroups/dns/providers/Microsoft.Network/dnszones/example.com";
const WAY_IN = {
  hostname: "coverage.example.com",
  tls: { certificate: CERTIFICATE, dnsZone: ZONE },
  allowFrom: ["203.0.113.0/24"],
  requestSeconds: 600,
};

describe("a cluster on Azure", () => {
  let exposure: Exposure | undefined;
  let part: AzureCluster | undefined;
  const stack = synthAzure((bench) => {
    part = cluster(bench);
    exposure = part.expose(bench.stack, "exposure", WAY_IN);
    const account = { namespace: "coverstack", name: "web" };
    bench.cloud.registry(bench.stack, "registry").grantPull(part.nodeIdentity);
    const { identity, annotations, podLabels } = part.podIdentity(bench.stack, "web-pods", account);
    expect(Object.keys(annotations)).toEqual(["azure.workload.identity/client-id"]);
    expect(podLabels).toEqual({ "azure.workload.identity/use": "true" });
    const database = bench.cloud.database(bench.stack, "database", {
      network: bench.network,
      size: DATABASE_SIZES["database-2"],
      storageGb: 32,
      highAvailability: true,
      backupDays: 7,
      protect: false,
    });
    database.allowFrom(part);
    database.secret.grantRead(identity);
  });
  const aks = only(stack, "azurerm_kubernetes_cluster");
  const pools = Object.fromEntries(all(stack, "azurerm_kubernetes_cluster_node_pool").map((pool) => [pool.name, pool]));

  it("has an API that only the network reaches, and no accounts besides Entra ID's (1, 5)", () => {
    expect(aks).toMatchObject({
      private_cluster_enabled: true,
      local_account_disabled: true,
      azure_active_directory_role_based_access_control: { azure_rbac_enabled: true },
      run_command_enabled: false,
    });
  });

  it("encrypts its secrets with a key of its own (6)", () => {
    expect(only(stack, "azurerm_key_vault_key").lifecycle).toEqual({ prevent_destroy: true });
    expect(JSON.stringify(aks.key_management_service)).toMatch(/azurerm_key_vault_key\.cluster_key_/);
    const roles = all(stack, "azurerm_role_assignment").map(({ role_definition_name }) => role_definition_name);
    expect(roles).toEqual(expect.arrayContaining(["Key Vault Crypto User", "Managed Identity Operator"]));
  });

  it("has room for pods beside every network, and enforces network policies (22, K16)", () => {
    expect(aks.network_profile).toMatchObject({
      network_plugin_mode: "overlay",
      network_data_plane: "cilium",
      network_policy: "cilium",
      outbound_type: "userAssignedNATGateway",
      pod_cidr: "100.64.0.0/16",
      dns_service_ip: "100.65.0.10",
    });
    expect(part!.traits).toEqual({ balancerCidrs: [] });
  });

  it("keeps web, worker and its own pods on pools of their own, over zones (F21, K14)", () => {
    for (const role of ["web", "worker"]) {
      expect(pools[role]).toMatchObject({
        node_labels: { "coverstack.io/role": role },
        node_taints: expect.arrayContaining([`coverstack.io/role=${role}:NoSchedule`]),
        zones: ["1", "2"],
        lifecycle: { ignore_changes: ["node_count"] },
      });
    }
    expect(aks.default_node_pool).toMatchObject({ name: "system", min_count: 2 });
    expect(aks.default_node_pool).not.toHaveProperty("only_critical_addons_enabled");
    expect(part!.nodeTypes).toEqual(["Standard_D4s_v5", "Standard_D8s_v5"]);
  });

  it("lets a pool be changed without a gap, and its nodes be upgraded by more before fewer (25)", () => {
    expect(pools.web).toMatchObject({ temporary_name_for_rotation: "webtmp", upgrade_settings: { max_surge: "33%" } });
    expect(pools.worker.temporary_name_for_rotation).toBe("workertmp");
  });

  it("pulls images from its registry before it has nodes for them (33)", () => {
    for (const pool of all(stack, "azurerm_kubernetes_cluster_node_pool")) {
      expect(pool.depends_on).toContainEqual(expect.stringMatching(/^azurerm_role_assignment\.registry_pull-by-/));
    }
  });

  it("has cheaper nodes where they were asked for", () => {
    expect(pools.worker).toMatchObject({ priority: "Spot", eviction_policy: "Delete", spot_max_price: -1 });
    expect(pools.worker).not.toHaveProperty("upgrade_settings");
    expect(pools.web).not.toHaveProperty("priority");
  });

  it("takes nodes away that are half empty for ten minutes (18, K3)", () => {
    expect(aks.auto_scaler_profile).toMatchObject({
      scale_down_utilization_threshold: "0.5",
      scale_down_unneeded: "10m",
      expander: "least-waste",
    });
  });

  it("runs nodes on a kernel without the DNS race, and keeps them patched (K8)", () => {
    expect(pools.web.os_sku).toBe("AzureLinux");
    expect(aks).toMatchObject({ automatic_upgrade_channel: "patch", node_os_upgrade_channel: "NodeImage" });
  });

  it("logs what its control plane does (K12)", () => {
    const logs = all(stack, "azurerm_monitor_diagnostic_setting").map(({ enabled_log }) => JSON.stringify(enabled_log));
    expect(logs.join()).toContain("kube-apiserver");
  });

  it("vouches for the pods of exactly one service account (5)", () => {
    expect(only(stack, "azurerm_federated_identity_credential")).toMatchObject({
      subject: "system:serviceaccount:coverstack:web",
      audience: ["api://AzureADTokenExchange"],
    });
    expect(aks).toMatchObject({ oidc_issuer_enabled: true, workload_identity_enabled: true });
  });

  it("reaches a database from its nodes alone (1)", () => {
    expect(rules(stack, "network_database").filter((rule) => rule.includes("cluster"))).toEqual([
      `Inbound Allow cluster → \${cidrsubnet("10.0.0.0/16", 4, 9)} 5432`,
    ]);
  });

  it("is reached by the way in that AKS runs itself, with a certificate out of Key Vault (2, F3)", () => {
    expect(exposure).toMatchObject({
      service: { type: "ClusterIP" },
      ingress: {
        className: "webapprouting.kubernetes.azure.com",
        tlsSecret: "keyvault-web",
        controller: { namespace: "app-routing-system", podLabels: { app: "nginx" } },
        annotations: {
          "kubernetes.azure.com/tls-cert-keyvault-uri": "https://theirs.vault.azure.net/certificates/coverage",
          "nginx.ingress.kubernetes.io/force-ssl-redirect": "true",
          "nginx.ingress.kubernetes.io/whitelist-source-range": "203.0.113.0/24",
          "nginx.ingress.kubernetes.io/proxy-read-timeout": "600",
        },
      },
    });
    expect(aks).toMatchObject({
      web_app_routing: { dns_zone_ids: [ZONE] },
      key_vault_secrets_provider: { secret_rotation_enabled: true },
    });
    const granted = all(stack, "azurerm_role_assignment").map(({ scope }) => scope);
    expect(granted).toEqual(expect.arrayContaining([CERTIFICATE, ZONE]));
  });

  it("lets in on its nodes what was allowed to reach it, and what nodes say to each other", () => {
    const nodes = `\${cidrsubnet("10.0.0.0/16", 4, 11)} 100.64.0.0/16`;
    expect(rules(stack, "network_node")).toEqual([
      `Inbound Allow ${nodes} → ${nodes} *`,
      "Inbound Allow 203.0.113.0/24 → * 443",
      "Inbound Allow 203.0.113.0/24 → * 80",
      "Inbound Allow AzureLoadBalancer → * *",
      "Inbound Deny * → * *",
    ]);
  });

  it("is not destroyed by Terraform, and has no lock that would hold its pools and role assignments (40)", () => {
    expect(aks.lifecycle).toMatchObject({ prevent_destroy: true });
    expect(all(stack, "azurerm_management_lock")).toEqual([]);
  });

  it("opens its API to ranges that were named, and to its own nodes", () => {
    const open = only(made({ apiAllowFrom: ["203.0.113.0/24"] }), "azurerm_kubernetes_cluster");
    expect(open.private_cluster_enabled).toBe(false);
    expect(open.api_server_access_profile).toMatchObject({
      authorized_ip_ranges: ["203.0.113.0/24", expect.stringMatching(/^\$\{azurerm_public_ip\..*\}\/32$/)],
    });
  });

  it.each([
    [{ version: "1.33.1" }, `'version' must be a minor version of Kubernetes, got "1.33.1"; allowed: such as "1.35"`],
    [{ apiAllowFrom: ["office"] }, "'apiAllowFrom' must be an address range, got \"office\""],
    [{ pools: { ...POOLS, web: { ...POOLS.web, nodes: { min: 3, max: 2 } } } }, "nodes of web are out of range"],
  ])("fails for %j (51)", (props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  it("fails in one zone, and for a way in without a certificate (51)", () => {
    expect(() => made({}, 1)).toThrow("a cluster needs two zones, got 1");
    expect(() =>
      synthAzure((bench) => cluster(bench).expose(bench.stack, "exposure", { ...WAY_IN, tls: { dnsZone: ZONE } })),
    ).toThrow("[single-vm-aws/exposure] HTTPS on Azure needs 'certificate'");
  });
});

describe("a cluster that is there already on Azure (F5)", () => {
  const brought = (build: (bench: AzureBench, cluster: AzureCluster) => void) =>
    synthAzure((bench) => {
      const attributes = { cloud: bench.cloud, name: "theirs", resourceGroup: "kubernetes", nodeCidr: "10.9.0.0/20" };
      build(bench, AzureCluster.fromName(bench.stack, "cluster", attributes));
    });

  it("is looked up, and no cluster is made", () => {
    const stack = brought((bench, cluster) => {
      cluster.podIdentity(bench.stack, "web-pods", { namespace: "coverstack", name: "web" });
      bench.cloud.registry(bench.stack, "registry").grantPull(cluster.nodeIdentity);
      bench.cloud
        .redis(bench.stack, "redis", { network: bench.network, memoryGb: 1, highAvailability: false, protect: false })
        .allowFrom(cluster);
    });
    expect(all(stack, "azurerm_kubernetes_cluster")).toEqual([]);
    expect(all(stack, "azurerm_kubernetes_cluster_node_pool")).toEqual([]);
    expect(only(stack, "azurerm_federated_identity_credential").issuer).toMatch(
      /^\$\{data\.azurerm_kubernetes_cluster\.cluster_\w+\.oidc_issuer_url\}$/,
    );
    expect(rules(stack, "network_endpoint")).toContain("Inbound Allow 10.9.0.0/20 → redis_link 10000");
  });

  it("keeps its own way in", () => {
    expect(() => brought(({ stack }, cluster) => void cluster.expose(stack, "exposure", WAY_IN))).toThrow(
      'a cluster that was there already keeps its own way in, got "theirs"',
    );
  });
});

describe("the workload's stack on Azure", () => {
  it("connects to the cluster as whoever is signed in, and holds no password", () => {
    const app = Testing.app();
    const [platform, workload] = ["platform", "workload"].map((id) => new TerraformStack(app, id));
    const cloud = new Azure(platform, "azure", { location: "westeurope" });
    const network = cloud.network(platform, "network", { zones: 2, reach: "private" });
    const cluster = cloud.cluster(platform, "cluster", { network, pools: POOLS, protect: false });
    const secret = cloud.secret(platform, "secret", { generate: { token: 20 } });
    const second = new Azure(workload, "azure", { location: "westeurope" });
    second.connect(workload, "kubernetes", cluster);
    second.secretValue(workload, "token", { secret: secret.secretId, key: "token" });
    app.synth();
    const stack = JSON.parse(Testing.synth(workload));
    expect(stack).not.toHaveProperty("resource");
    expect(stack.provider.kubernetes).toMatchObject([
      { exec: [{ command: "kubelogin", args: expect.arrayContaining(["azurecli"]) }] },
    ]);
    expect(stack.ephemeral.azurerm_key_vault_secret).toHaveProperty("_token");
    expect(JSON.stringify(stack.locals)).toMatch(/data\.terraform_remote_state\..*resource_versionless_id/);
  });
});
