import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { type Gcp, GcpCluster, type GcpNetwork, type GkeCluster } from "../../lib/gcp/index.js";
import { DATABASE_SIZES, MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { gcp, synthInNetwork } from "../support/gcp.js";
import { all, only } from "../support/synth.js";

const POOLS = {
  web: { size: MACHINE_SIZES["n1-standard-4"], nodes: { min: 2, max: 6 } },
  worker: { size: MACHINE_SIZES["n1-standard-8"], nodes: { min: 3, max: 9 }, spot: true },
};
const EXPOSURE = {
  hostname: "coverage.example.com",
  tls: { dnsZone: "example" },
  allowFrom: ["203.0.113.0/24"],
  requestSeconds: 600,
};

function clusterIn(cloud: Gcp, stack: TerraformStack, network: GcpNetwork, props: object = {}) {
  return cloud.cluster(stack, "cluster", { network, pools: POOLS, protect: true, ...props });
}

describe("a cluster on Google Cloud (III1)", () => {
  const stack = synthInNetwork((cloud, stack, network) => {
    const cluster = clusterIn(cloud, stack, network);
    const database = cloud.database(stack, "database", {
      network,
      size: DATABASE_SIZES["database-2"],
      storageGb: 20,
      highAvailability: true,
      backupDays: 7,
      protect: true,
    });
    database.allowFrom(cluster);
    cluster.allowTo("198.51.100.0/24", 6379);
    cloud.registry(stack, "registry").grantPull(cluster.nodeIdentity);
  });
  const cluster = only(stack, "google_container_cluster");
  const pools = Object.fromEntries(
    all(stack, "google_container_node_pool").map((pool) => [String(pool.name_prefix).slice(0, -1), pool]),
  );

  it("is spread over zones, with private nodes and an API for the network alone (1, F21)", () => {
    expect(cluster).toMatchObject({
      location: "europe-west3",
      node_locations: ["europe-west3-b", "europe-west3-c", "europe-west3-a"],
      private_cluster_config: {
        enable_private_nodes: true,
        enable_private_endpoint: true,
        master_ipv4_cidr_block: `\${cidrhost(cidrsubnet("10.0.0.0/16", 4, 2), 0)}/28`,
      },
      master_authorized_networks_config: { cidr_blocks: [], gcp_public_cidrs_access_enabled: false },
    });
  });

  it("encrypts what it keeps of secrets with a key that is changed (6)", () => {
    expect(cluster.database_encryption).toEqual({
      state: "ENCRYPTED",
      key_name: expect.stringMatching(/^\$\{google_kms_crypto_key\.cluster_key_\w+\.id\}$/),
    });
    expect(only(stack, "google_kms_crypto_key").rotation_period).toBe("7776000s");
    expect(only(stack, "google_kms_crypto_key_iam_member").member).toMatch(
      /^serviceAccount:service-\$\{data\.google_project\..*number\}@container-engine-robot\.iam\.gserviceaccount\.com$/,
    );
    expect(JSON.stringify(cluster.depends_on)).toContain("google_kms_crypto_key_iam_member.");
  });

  it("enforces network policies, and resolves names on each node (22, 44, K9, K16)", () => {
    expect(cluster).toMatchObject({
      datapath_provider: "ADVANCED_DATAPATH",
      addons_config: { dns_cache_config: { enabled: true } },
    });
  });

  it("logs and measures its control plane (49, K12)", () => {
    expect(cluster.logging_config).toEqual({
      enable_components: ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"],
    });
    expect(cluster.monitoring_config).toMatchObject({ managed_prometheus: { enabled: true } });
  });

  it("empties nodes that are half empty (18, K3, K5)", () => {
    expect(cluster.cluster_autoscaling).toEqual({ enabled: false, autoscaling_profile: "OPTIMIZE_UTILIZATION" });
  });

  it("is kept current by Google, and deleted by neither Google nor Terraform (36, 40, K13)", () => {
    expect(cluster).toMatchObject({
      release_channel: { channel: "REGULAR" },
      deletion_protection: true,
      lifecycle: { prevent_destroy: true },
    });
    expect(cluster).not.toHaveProperty("min_master_version");
  });

  it("has nodes for each role, and a few for itself (K14, III3)", () => {
    const label = (name: string) => pools[name].node_config as Record<string, unknown>;
    expect(Object.keys(pools).sort()).toEqual(["system", "web", "worker"]);
    expect(label("system")).not.toHaveProperty("taint");
    for (const [role, type, spot] of [
      ["web", "n1-standard-4", false],
      ["worker", "n1-standard-8", true],
    ] as const) {
      expect(label(role)).toMatchObject({
        machine_type: type,
        spot,
        labels: { "coverstack.io/role": role },
        taint: [{ key: "coverstack.io/role", value: role, effect: "NO_SCHEDULE" }],
      });
    }
  });

  it("adds and removes nodes within limits, and replaces them new before old (16, 25)", () => {
    expect(pools.worker).toMatchObject({
      autoscaling: { total_min_node_count: 3, total_max_node_count: 9 },
      initial_node_count: 1,
      management: { auto_repair: true, auto_upgrade: true },
      upgrade_settings: { strategy: "SURGE", max_surge: 1, max_unavailable: 0 },
      lifecycle: { create_before_destroy: true, ignore_changes: ["initial_node_count"] },
    });
  });

  it("runs nodes of a current kernel, verified, that give pods identities of their own (5, K8)", () => {
    for (const { node_config } of Object.values(pools)) {
      expect(node_config).toMatchObject({
        image_type: "COS_CONTAINERD",
        workload_metadata_config: { mode: "GKE_METADATA" },
        shielded_instance_config: { enable_secure_boot: true },
        kubelet_config: { insecure_kubelet_readonly_port_enabled: "FALSE" },
        service_account: expect.stringMatching(/cluster_nodes_account/),
      });
    }
    expect(only(stack, "google_project_iam_member").role).toBe("roles/container.defaultNodeServiceAccount");
  });

  it("lets nodes reach each other, the internet and what allows them, and waits with the pools for it", () => {
    const out = all(stack, "google_compute_firewall").filter(({ name }) =>
      String(name).includes("cluster-firewall-to"),
    );
    expect(out.map(({ name }) => String(name).split("firewall-to-")[1]).sort()).toEqual([
      "0-0-0-0-0-443",
      "0-0-0-0-0-80",
      "198-51-100-0-24-6379",
      "control-plane",
      "database-5432",
      "nodes",
      "pods",
    ]);
    const waits = JSON.stringify(pools.web.depends_on);
    expect(waits).toContain("google_artifact_registry_repository_iam_member.");
    expect(waits).toContain("cluster_firewall_to-database-5432");
    expect(JSON.stringify(cluster.depends_on)).not.toContain("database");
  });
});

describe("an exposed cluster on Google Cloud", () => {
  const built: { exposure?: object } = {};
  const stack = synthInNetwork((cloud, stack, network) => {
    built.exposure = clusterIn(cloud, stack, network).expose(stack, "exposure", EXPOSURE);
  });

  it("is reached by a balancer of its own at one port of the web nodes (F3)", () => {
    expect(built.exposure).toMatchObject({ service: { type: "NodePort", nodePort: 30_080, annotations: {} } });
    const backend = only(stack, "google_compute_backend_service");
    expect(backend).toMatchObject({ port_name: "web", timeout_sec: 600, connection_draining_timeout_sec: 300 });
    expect((backend.backend as { group: string }[]).map(({ group }) => group)).toEqual(
      [0, 1, 2].map((i) =>
        expect.stringMatching(
          new RegExp(
            `^\\$\\{element\\(google_container_node_pool\\.cluster_web.*managed_instance_group_urls, ${i}\\)\\}$`,
          ),
        ),
      ),
    );
    expect(all(stack, "google_compute_instance_group_named_port")).toHaveLength(3);
  });

  it("lets in whom it was told to, over HTTPS", () => {
    expect(only(stack, "google_compute_security_policy").rule).toMatchObject([
      { match: { config: { src_ip_ranges: ["203.0.113.0/24"] } } },
      { action: "deny(403)" },
    ]);
    expect(only(stack, "google_compute_target_https_proxy")).toBeDefined();
    expect(only(stack, "google_dns_record_set").name).toBe("coverage.example.com.");
  });

  it("lets the balancer in to the nodes", () => {
    const rule = all(stack, "google_compute_firewall").find(({ name }) => String(name).includes("from-balancers"));
    expect(rule).toMatchObject({
      source_ranges: ["130.211.0.0/22", "35.191.0.0/16"],
      allow: [{ protocol: "tcp", ports: ["30080"] }],
    });
  });
});

describe("pods on Google Cloud", () => {
  it("act as an account of their own, by a binding to theirs (5)", () => {
    const built: { annotations?: object } = {};
    const stack = synthInNetwork((cloud, stack, network) => {
      const account = { namespace: "coverstack", name: "web" };
      built.annotations = clusterIn(cloud, stack, network).podIdentity(stack, "web-pods", account).annotations;
    });
    expect(only(stack, "google_service_account_iam_member")).toMatchObject({
      role: "roles/iam.workloadIdentityUser",
      member: "serviceAccount:quality-247012.svc.id.goog[coverstack/web]",
      depends_on: [expect.stringMatching(/^google_container_cluster\./)],
    });
    expect(Object.keys(built.annotations ?? {})).toEqual(["iam.gke.io/gcp-service-account"]);
  });
});

describe("a connection to a cluster on Google Cloud", () => {
  it("asks Google's own plugin for a token in each run (4)", () => {
    const stack = synthInNetwork((cloud, stack, network) => {
      cloud.connect(stack, "connection", clusterIn(cloud, stack, network));
    });
    expect(stack.provider.kubernetes).toEqual([
      {
        host: expect.stringMatching(/^https:\/\/\$\{google_container_cluster\..*\.endpoint\}$/),
        cluster_ca_certificate: expect.stringMatching(/^\$\{base64decode\(google_container_cluster\./),
        exec: [{ api_version: "client.authentication.k8s.io/v1beta1", command: "gke-gcloud-auth-plugin" }],
      },
    ]);
  });
});

describe("a cluster on Google Cloud with a public API", () => {
  it("lets in the ranges that were named (1)", () => {
    const stack = synthInNetwork((cloud, stack, network) => {
      clusterIn(cloud, stack, network, { apiAllowFrom: ["203.0.113.0/24"], version: "1.33", protect: false });
    });
    expect(only(stack, "google_container_cluster")).toMatchObject({
      private_cluster_config: { enable_private_nodes: true, enable_private_endpoint: false },
      master_authorized_networks_config: { cidr_blocks: [{ cidr_block: "203.0.113.0/24" }] },
      min_master_version: "1.33",
      deletion_protection: false,
    });
  });
});

describe("a cluster on Google Cloud that is there already (F5)", () => {
  const groups = [0, 1].map((i) => `https://www.googleapis.com/compute/v1/projects/p/zones/z-${i}/instanceGroups/web`);
  const existing = (cloud: Gcp, stack: TerraformStack, network: GcpNetwork, webInstanceGroups?: readonly string[]) =>
    GcpCluster.fromName(stack, "cluster", {
      cloud,
      name: "shared",
      network,
      nodeServiceAccount: "nodes@quality-247012.iam.gserviceaccount.com",
      webInstanceGroups,
    });

  const stack = synthInNetwork((cloud, stack, network) => {
    const cluster = existing(cloud, stack, network, groups);
    cluster.podIdentity(stack, "web-pods", { namespace: "coverstack", name: "web" });
    cluster.expose(stack, "exposure", EXPOSURE);
    cloud.registry(stack, "registry").grantPull(cluster.nodeIdentity);
    cloud.connect(stack, "connection", cluster);
  });

  it("is looked at and not made: no cluster, no nodes, no key", () => {
    for (const type of ["google_container_cluster", "google_container_node_pool", "google_kms_crypto_key"]) {
      expect(all(stack, type)).toEqual([]);
    }
    expect(Object.values(stack.data.google_container_cluster)).toMatchObject([
      { name: "shared", location: "europe-west3" },
    ]);
    expect(stack.provider.kubernetes).toMatchObject([
      { host: expect.stringMatching(/^https:\/\/\$\{data\.google_container_cluster\./) },
    ]);
  });

  it("keeps the ways out that its nodes have", () => {
    expect(all(stack, "google_compute_firewall").filter(({ name }) => String(name).includes("deny-out"))).toEqual([]);
  });

  it("is granted and exposed as one that was made", () => {
    expect(only(stack, "google_artifact_registry_repository_iam_member").member).toBe(
      "serviceAccount:nodes@quality-247012.iam.gserviceaccount.com",
    );
    expect(only(stack, "google_compute_backend_service").backend).toMatchObject(groups.map((group) => ({ group })));
  });

  it("fails to be exposed when nobody knows its nodes", () => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network", { zones: 2, reach: "private" });
    const cluster = existing(cloud, stack, network);
    expect(() => cluster.expose(stack, "exposure", EXPOSURE)).toThrow(
      "[test/cluster] exposing a cluster needs the instance groups of its nodes; name its 'webInstanceGroups', or bring an Ingress of your own",
    );
    expect(cluster.nodeTypes).toEqual([]);
  });
});

describe("bad input for a cluster on Google Cloud", () => {
  const cluster = (
    props: object,
    network: { zones: number; reach: "data" | "private" } = { zones: 3, reach: "private" },
  ) => {
    const { cloud, stack } = gcp();
    return () => clusterIn(cloud, stack, cloud.network(stack, "network", network), props) as GkeCluster;
  };

  it("fails in a network that does not call out, or has one zone", () => {
    expect(cluster({}, { zones: 3, reach: "data" })).toThrow(
      "[test/cluster] a cluster needs a network that calls out; give the network 'reach' private and 'zones' 2 or 3",
    );
    expect(cluster({}, { zones: 1, reach: "private" })).toThrow("a cluster needs two zones, got 1");
  });

  it("fails for pools of no size, or of no machine type", () => {
    const web = { ...POOLS.web, nodes: { min: 3, max: 2 } };
    expect(cluster({ pools: { ...POOLS, web } })).toThrow(
      "[test/cluster/web] 'nodes.max' is out of range, got 2; allowed: a whole number of nodes, 3 to 1000",
    );
    expect(cluster({ pools: { ...POOLS, web: { ...POOLS.web, nodes: { min: 0, max: 2 } } } })).toThrow(
      "'nodes.min' is out of range, got 0",
    );
    const size = { name: "m7i.large", vcpus: 2, memoryGb: 8 };
    expect(cluster({ pools: { ...POOLS, web: { ...POOLS.web, size } } })).toThrow("machine size is not known");
  });

  it("fails for ranges of its API that are none", () => {
    expect(cluster({ apiAllowFrom: ["everyone"] })).toThrow("'apiAllowFrom' must be an address range");
  });

  it("says what its nodes are", () => {
    expect(cluster({})().nodeTypes).toEqual(["n1-standard-4", "n1-standard-8"]);
  });
});
