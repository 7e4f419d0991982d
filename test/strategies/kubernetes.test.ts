import { Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { Ingress, SecretReference, ServiceImage } from "../../lib/index.js";
import { CLOUD_NAMES, CLOUDS } from "../support/clouds.js";
import { existingCluster } from "../support/existing-clusters.js";
import { OFFICE } from "../support/single-vm.js";
import { kubernetes, platform, refusal, synthPlatform } from "../support/strategies.js";
import { all, only, synth, synthesised } from "../support/synth.js";

const CLUSTER = { aws: "aws_eks_cluster", gcp: "google_container_cluster", azure: "azurerm_kubernetes_cluster" };
const DATA = {
  aws: ["aws_db_instance", "aws_elasticache_replication_group", "aws_s3_bucket"],
  gcp: ["google_sql_database_instance", "google_redis_instance", "google_storage_bucket"],
  azure: ["azurerm_postgresql_flexible_server", "azurerm_managed_redis", "azurerm_storage_container"],
};

const both = (...parameters: [Parameters<typeof kubernetes>[1], ...object[]]) => {
  const app = Testing.app();
  const [cloud, props, workload] = parameters;
  const built = kubernetes(app, cloud, props as never, workload as never);
  const stacks = app.node.children.filter((child) => "toTerraform" in child);
  const [below, above] = stacks.map((stack) => synthesised(stack as never));
  return { ...built, below, above };
};

describe.each(CLOUD_NAMES)("the service on a cluster of %s", (cloud) => {
  const { below, above } = both(cloud);

  it("has cluster and data in one stack, and in the other only what is inside the cluster (III1, F4)", () => {
    for (const type of [CLUSTER[cloud], ...DATA[cloud]]) expect(all(below, type), type).toHaveLength(1);
    expect(Object.keys(above.resource).filter((type) => !type.startsWith("kubernetes_"))).toEqual([]);
    expect(Object.keys(below.resource).filter((type) => type.startsWith("kubernetes_"))).toEqual([]);
  });

  it("runs web and worker as deployments of their own, after the migration (F2, F21, 28)", () => {
    const roles = all(above, "kubernetes_deployment_v1").map(({ metadata }) => (metadata as { name: string }).name);
    expect(roles).toEqual(expect.arrayContaining(["web", "worker"]));
    const migration = Object.keys(above.resource.kubernetes_job_v1)[0];
    for (const [name, deployment] of Object.entries(above.resource.kubernetes_deployment_v1)) {
      if (!/_(web|worker)_/.test(name)) continue;
      expect(deployment.depends_on).toEqual(expect.arrayContaining([`kubernetes_job_v1.${migration}`]));
    }
  });

  it("hands passwords over from the secret manager, past files and state (4)", () => {
    const secret = all(above, "kubernetes_secret_v1").find(({ data_wo }) => data_wo !== undefined);
    const data = secret?.data_wo as Record<string, string>;
    expect(Object.keys(data).sort()).toEqual([
      "COVERSTACK_COOKIE_SECRET",
      "COVERSTACK_DATABASE_PASSWORD",
      "COVERSTACK_REDIS_PASSWORD",
      "COVERSTACK_UPLOAD_TOKEN",
    ]);
    for (const value of Object.values(data)) expect(value).toMatch(/ephemeral\./);
  });

  it("scales on CPU at 80 % (F19, F20)", () => {
    const targets = all(above, "kubernetes_horizontal_pod_autoscaler_v2").map(
      ({ spec }) =>
        (spec as { metric: { resource: { name: string; target: { average_utilization: number } } }[] }).metric[0]
          .resource,
    );
    expect(targets).toHaveLength(2);
    for (const { name, target } of targets) {
      expect(name).toBe("cpu");
      expect(target.average_utilization).toBe(80);
    }
  });
});

describe("the workload", () => {
  it("is the same objects on every cluster but for what clouds do themselves (K15)", () => {
    const objects = CLOUD_NAMES.map((cloud) => {
      const { above } = both(cloud, { ingress: Ingress.none(), certificate: undefined, dnsZone: undefined });
      const own = Object.entries(above.resource).flatMap(([type, named]) =>
        Object.keys(named)
          .filter((name) => !/cluster-autoscaler|node-local-dns/.test(name))
          .map((name) => `${type}.${name}`),
      );
      return own.sort();
    });
    expect(objects[1]).toEqual(objects[0]);
    expect(objects[2]).toEqual(objects[0]);
  });

  it("is pulled with credentials by every pod, jobs included (E6, 33)", () => {
    const image = ServiceImage.fromRegistry("registry.example.com/coverstack:1.0.0", {
      credentials: SecretReference.of("projects/quality-247012/secrets/registry"),
    });
    const { above } = both("gcp", { image });
    const pods = ["kubernetes_deployment_v1", "kubernetes_job_v1"].flatMap((type) => all(above, type));
    for (const { spec } of pods) {
      const { template } = spec as { template: { spec: { image_pull_secrets?: unknown[] } } };
      expect(template.spec.image_pull_secrets).toHaveLength(1);
    }
  });

  it("must be on the platform's cloud", () => {
    const app = Testing.app();
    expect(refusal(() => kubernetes(app, "aws", {}, { cloud: CLOUDS.gcp(app) }))).toContain(
      `'cloud' must be the platform's, got "gcp"; allowed: aws, as the platform`,
    );
  });
});

describe.each(CLOUD_NAMES)("a cluster of %s that was brought along", (cloud) => {
  const stack = synth((stack) => {
    platform(stack, cloud, {
      ...existingCluster(stack, cloud),
      ingress: Ingress.none(),
      certificate: undefined,
      dnsZone: undefined,
    });
  });

  it("is not made again, nor its nodes (F5, 39)", () => {
    const made = Object.keys(stack.resource).filter((type) =>
      /eks_(cluster|node_group|addon)|container_(cluster|node_pool)|kubernetes_cluster(_node_pool)?$/.test(type),
    );
    expect(made).toEqual([]);
    for (const type of DATA[cloud]) expect(all(stack, type), type).toHaveLength(1);
  });

  it("is reached as it was, so there is nothing to warn of", () => {
    expect(stack.warnings).toEqual([]);
  });
});

describe("the way in", () => {
  it("can be none (F3)", () => {
    const { above } = both("aws", { ingress: Ingress.none(), dnsZone: undefined });
    expect(all(above, "kubernetes_ingress_v1")).toEqual([]);
    const services = all(above, "kubernetes_service_v1").map(({ spec }) => (spec as { type?: string }).type);
    expect(services).not.toContain("LoadBalancer");
    expect(services).not.toContain("NodePort");
  });

  it("can be a controller that the cluster has (F3)", () => {
    const ingress = Ingress.controller({ className: "nginx", tlsSecret: "coverage-tls" });
    const { above } = both("gcp", { ingress, dnsZone: undefined });
    expect(only(above, "kubernetes_ingress_v1").spec).toMatchObject({
      ingress_class_name: "nginx",
      tls: [{ hosts: ["coverage.example.com"], secret_name: "coverage-tls" }],
    });
  });
});

describe("a platform whose API nobody outside reaches", () => {
  const closed = expect.stringMatching(/^the cluster's API is closed .* in 'apiAllowFrom'$/);

  it("warns that Terraform has to run inside of the network", () => {
    expect(synthPlatform("aws").warnings).toContainEqual(closed);
    expect(synthPlatform("aws", { apiAllowFrom: [] }).warnings).toContainEqual(closed);
  });

  it("does not where ranges are listed", () => {
    expect(synthPlatform("aws", { apiAllowFrom: [OFFICE] }).warnings).toEqual([]);
  });
});

describe("a platform refuses what cannot work", () => {
  it.each([
    [{ zones: 4 }, "'zones' is out of range, got 4; allowed: 2 or 3"],
    [{ namespace: "Not_A_Name" }, `'namespace' must be a Kubernetes name, got "Not_A_Name"`],
    [{ hostname: "coverage" }, "'hostname' must be a DNS name"],
    [{ cluster: {} }, "'cluster' without 'network'"],
    [{ cluster: {}, network: {}, clusterVersion: "1.33" }, "'clusterVersion' is for a new cluster, and one was given"],
    [{ ingress: Ingress.none() }, "'certificate' and 'dnsZone' exclude 'ingress'"],
    [{ allowFrom: ["everyone"] }, "'allowFrom' must be an address range"],
  ])("such as %j", (props, message) => {
    expect(refusal(() => synthPlatform("aws", props as never))).toContain(message);
  });
});
