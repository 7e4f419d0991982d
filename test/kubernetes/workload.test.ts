import { describe, expect, it } from "vitest";
import { addresses, all, synth } from "../support/synth.js";
import { BARE, EVERYTHING, pods, synthWorkload, THROUGH_CONTROLLER, workload } from "./support.js";

describe("a workload on any cluster", () => {
  const stack = synthWorkload();

  it("is typed objects of one provider alone, and none is a bare pod (K4)", () => {
    const types = Object.keys(stack.resource);
    expect(types).toContain("kubernetes_deployment_v1");
    expect(types.filter((type) => !/^kubernetes_.*_v[12]$/.test(type))).toEqual([]);
    expect(types).not.toContain("kubernetes_pod_v1");
  });

  it("runs web and worker apart from each other, and statsd beside them (F2, F21, F25)", () => {
    const names = all(stack, "kubernetes_deployment_v1").map(({ metadata }) => (metadata as { name: string }).name);
    expect(names.sort()).toEqual(["statsd", "web", "worker"]);
  });

  it("keeps nothing on disks of the cluster (K7)", () => {
    expect(stack.json).not.toContain("persistent_volume");
  });

  it("holds no secret in what is synthesised", () => {
    const [secret] = all(stack, "kubernetes_secret_v1");
    expect(secret).not.toHaveProperty("data");
    expect(Object.values(secret.data_wo as object)).toSatisfy((values: string[]) =>
      values.every((value) => value.startsWith("${ephemeral.")),
    );
    expect(stack.terraform.required_version).toBe(">= 1.11.0");
  });
});

describe("the same workload on other clusters (K15)", () => {
  const plain = synthWorkload();
  const clusters = {
    bare: synthWorkload({ traits: BARE, clusterName: "coverage" }),
    "with a controller": synthWorkload({ exposure: THROUGH_CONTROLLER }),
    "with node ports": synthWorkload({
      exposure: { service: { type: "NodePort", nodePort: 30_080, annotations: { note: "from the cloud" } } },
    }),
  };
  const brought = /node-local-dns|cluster-autoscaler|_ingress_/;

  it.each(Object.entries(clusters))("has the same objects and what that cluster lacks: %s", (_name, cluster) => {
    expect(addresses(cluster).filter((address) => !brought.test(address))).toEqual(addresses(plain));
  });

  it.each(Object.entries(clusters))(
    "has the same objects word for word, but those that are about the cluster: %s",
    (_name, cluster) => {
      const differing = addresses(plain).filter((address) => {
        const [type, name] = address.split(/\.(.*)/);
        const text = (stack: typeof plain) => {
          const { "//": _, depends_on: __, ...rest } = stack.resource[type][name];
          return JSON.stringify(rest).replace(/"dns_config":\{.*?\]\}|,"dns_policy":"\w+"/g, "");
        };
        return text(cluster) !== text(plain);
      });
      const about = /network_policy_v1\.\w*network-policies_(service|web)_|service_v1\.\w*exposure_service_/;
      expect(differing.filter((address) => !about.test(address))).toEqual([]);
    },
  );
});

describe("everything that a workload can bring", () => {
  const stack = synthWorkload(EVERYTHING);

  it("gives every container requests and limits, the cluster's own included (K10)", () => {
    const containers = pods(stack).flatMap(({ spec }) => spec.container);
    expect(containers.length).toBe(10);
    for (const { resources } of containers) {
      for (const kind of ["requests", "limits"]) {
        expect(resources).toHaveProperty([kind, "cpu"]);
        expect(resources).toHaveProperty([kind, "memory"]);
      }
      const { requests, limits } = resources as Record<string, { memory: string }>;
      expect(requests.memory, "what is reserved is what may be used (E4)").toBe(limits.memory);
    }
  });

  it("runs nothing privileged, as root or with a file system to write to, but the cache that changes the node (K6)", () => {
    for (const { metadata, spec } of pods(stack)) {
      const [{ security_context: container }] = spec.container;
      expect(container).toMatchObject({ read_only_root_filesystem: true, capabilities: { drop: ["ALL"] } });
      expect(spec.security_context).toMatchObject({ seccomp_profile: { type: "RuntimeDefault" } });
      if (metadata.labels["app.kubernetes.io/component"] === "node-local-dns") continue;
      expect(spec.security_context).toMatchObject({ run_as_non_root: true });
      expect(container).toMatchObject({ allow_privilege_escalation: false, privileged: false, run_as_non_root: true });
      expect(spec).not.toHaveProperty("host_network");
    }
  });

  it("hands a token for the cluster's API only to what asks it for something", () => {
    const holders = pods(stack).filter(({ spec }) => spec.automount_service_account_token !== false);
    const components = holders.map(({ metadata }) => metadata.labels["app.kubernetes.io/component"]);
    expect([...new Set(components)].sort()).toEqual(["cluster-autoscaler", "peak-hours"]);
    expect(
      all(stack, "kubernetes_service_account_v1").every((account) => account.automount_service_account_token === false),
    ).toBe(true);
  });

  it("pulls with the same credentials everywhere in its namespace, jobs and schedules included (E6, E7)", () => {
    const own = pods(stack).filter(({ spec }) => spec.priority_class_name === undefined);
    expect(own.map(({ kind }) => kind).sort()).toEqual([
      ...Array(4).fill("cron_job"),
      ...Array(3).fill("deployment"),
      "job",
    ]);
    for (const { spec } of own) {
      expect(spec.image_pull_secrets).toEqual([
        { name: expect.stringMatching(/kubernetes_secret_v1\.coverage_pull-secret_/) },
      ]);
    }
  });

  it("pins every image", () => {
    for (const { spec } of pods(stack)) expect(spec.container[0].image).toMatch(/:v?\d+\.\d+/);
  });
});

describe("overrides", () => {
  const stack = synth((scope) => {
    const { deployments } = workload(scope, {
      overrides: {
        web: { deployment: { spec: { revisionHistoryLimit: 9 } }, autoscaler: { spec: { maxReplicas: 40 } } },
        quota: { spec: { hard: { pods: "99" } } },
        networkPolicies: { dns: { metadata: { annotations: { note: "ours" } } } },
      },
    });
    deployments.web.addOverride("spec.template.spec.container.0.resources.limits.cpu", "4");
  });

  it("lie over objects key by key, and leave the rest as it is", () => {
    const web = all(stack, "kubernetes_deployment_v1").find(
      ({ metadata }) => (metadata as { name: string }).name === "web",
    );
    expect(web?.spec).toMatchObject({ revision_history_limit: 9, strategy: { type: "RollingUpdate" } });
    const [quota] = all(stack, "kubernetes_resource_quota_v1");
    expect(quota.spec).toMatchObject({ hard: { pods: "99", "limits.cpu": expect.any(String) } });
    expect(stack.json).toContain('"note": "ours"');
    expect(stack.json).toContain('"max_replicas": 40');
  });

  it("reach single fields of lists through the object itself", () => {
    const [web] = pods(stack).filter(({ metadata }) => metadata.labels["app.kubernetes.io/component"] === "web");
    expect(web.spec.container[0].resources).toMatchObject({ limits: { cpu: "4" }, requests: { cpu: "1" } });
  });
});
