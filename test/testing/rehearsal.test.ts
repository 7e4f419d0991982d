import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import { ContainerNodePool } from "@cdktf/provider-google/lib/container-node-pool";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { type App, Fn, S3Backend, TerraformOutput, TerraformStack, Testing } from "cdktf";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { ephemeral } from "../../lib/cloud/ephemeral.js";
import { type Operation, Rehearsal, RehearsalError } from "../../lib/testing/index.js";
import { SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";

const open: Rehearsal[] = [];

/** A rehearsal that is closed after the test. */
async function rehearse(app: App | string): Promise<Rehearsal> {
  const rehearsal = await Rehearsal.of(app);
  open.push(rehearsal);
  return rehearsal;
}

/** Rehearsals of this file alone. */
const temporary = mkdtempSync(join(tmpdir(), "coverstack-"));
vi.stubEnv("TMPDIR", temporary);
afterAll(() => rmSync(temporary, { recursive: true }));

afterEach(async () => {
  for (const rehearsal of open.splice(0)) await rehearsal.close();
});

function appOf(build: (stack: TerraformStack) => void): App {
  const app = Testing.app();
  build(new TerraformStack(app, "coverage"));
  return app;
}

interface AwsStack {
  readonly cidr?: string;
  readonly instanceClass?: string;
  readonly engine?: string;
  readonly protectInCloud?: boolean;
  readonly preventDestroy?: boolean;
}

function awsStack(stack: TerraformStack, props: AwsStack = {}): void {
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  const zones = new DataAwsAvailabilityZones(stack, "zones");
  const vpc = new Vpc(stack, "vpc", { cidrBlock: props.cidr ?? "10.0.0.0/16" });
  for (const index of [0, 1, 2]) {
    new Subnet(stack, `subnet-${index}`, {
      vpcId: vpc.id,
      availabilityZone: Fn.element(zones.names, index),
      cidrBlock: Fn.cidrsubnet(vpc.cidrBlock, 4, index),
    });
  }
  const database = new DbInstance(stack, "database", {
    engine: props.engine ?? "postgres",
    instanceClass: props.instanceClass ?? "db.m7g.large",
    allocatedStorage: 100,
    manageMasterUserPassword: true,
    username: "coverage",
    deletionProtection: props.protectInCloud ?? false,
    lifecycle: { preventDestroy: props.preventDestroy ?? false },
  });
  new TerraformOutput(stack, "port", { value: database.port });
  new TerraformOutput(stack, "secret", { value: database.masterUserSecret.get(0).secretArn });
}

function googleStack(stack: TerraformStack): void {
  new GoogleProvider(stack, "google", { project: "coverage-1", region: "europe-west3" });
  const network = new ComputeNetwork(stack, "network", { name: "coverage", autoCreateSubnetworks: false });
  const cluster = new ContainerCluster(stack, "cluster", {
    name: "coverage",
    location: "europe-west3",
    network: network.selfLink,
    initialNodeCount: 1,
    removeDefaultNodePool: true,
  });
  const pool = new ContainerNodePool(stack, "pool", { cluster: cluster.id, nodeCount: 1 });
  new KubernetesProvider(stack, "kubernetes", {
    host: `https://${cluster.endpoint}`,
    clusterCaCertificate: Fn.base64decode(cluster.masterAuth.clusterCaCertificate),
    token: "none",
  });
  const namespace = new NamespaceV1(stack, "namespace", { metadata: { name: "coverage" }, dependsOn: [pool] });
  new DeploymentV1(stack, "web", {
    metadata: { name: "web", namespace: namespace.metadata.name },
    spec: {
      replicas: "2",
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { container: [{ name: "web", image: "registry.example.com/coverstack:0.1.0" }] },
      },
    },
  });
}

function azureStack(stack: TerraformStack): void {
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  const group = new ResourceGroup(stack, "group", { name: "coverage", location: "westeurope" });
  new VirtualNetwork(stack, "network", {
    name: "coverage",
    location: group.location,
    resourceGroupName: group.name,
    addressSpace: ["10.0.0.0/16"],
  });
}

function actions(operations: readonly Operation[], action: Operation["action"]): readonly string[] {
  return operations.filter((operation) => operation.action === action).map(({ type }) => type);
}

function secretStack(stack: TerraformStack): void {
  const provider = new AwsProvider(stack, "aws", { region: "eu-west-1" });
  const secret = new SecretsmanagerSecret(stack, "secret", { namePrefix: "coverage-" });
  const password = ephemeral(stack, "password", "aws_secretsmanager_random_password", {
    provider,
    attribute: "random_password",
    config: { password_length: 24 },
  });
  const version = new SecretsmanagerSecretVersion(stack, "version", {
    secretId: secret.id,
    secretStringWo: `\${jsonencode({ upload_token = ${password} })}`,
    secretStringWoVersion: 1,
  });
  const read = ephemeral(stack, "read", "aws_secretsmanager_secret_version", {
    provider,
    attribute: "secret_string",
    config: { secret_id: version.secretId },
  });
  const database = new DbInstance(stack, "database", { instanceClass: "db.m7g.large" });
  database.addOverride("password_wo", `\${jsondecode(${read})["upload_token"]}`);
  database.addOverride("password_wo_version", 1);
}

function only(error: unknown): RehearsalError {
  expect(error).toBeInstanceOf(RehearsalError);
  return error as RehearsalError;
}

function failure(outcome: Promise<unknown>): Promise<RehearsalError> {
  return outcome.then(() => expect.unreachable("it went through"), only);
}

interface State {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly {
    readonly type: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

/** Temporary folders of rehearsals; tests in one file run one after the other. */
function folders(): readonly string[] {
  return readdirSync(temporary).filter((name) => name.startsWith("coverstack-rehearsal-"));
}

function stateOf(stack: string): State {
  const [folder] = folders();
  return JSON.parse(readFileSync(join(temporary, folder, `${stack}.tfstate`), "utf8")) as State;
}

const types = (operations: readonly { readonly type: string }[]) => operations.map(({ type }) => type);

describe.runIf(realParts().terraform)("a rehearsal with the real Terraform", SLOW, () => {
  it.each([
    ["AWS", awsStack, 5],
    ["Google Cloud with Kubernetes", googleStack, 5],
    ["Azure", azureStack, 2],
  ])("applies a stack on %s, leaves a second plan empty and destroys all that it made", async (_, build, resources) => {
    const rehearsal = await rehearse(appOf(build));
    expect(actions(await rehearsal.apply(), "create")).toHaveLength(resources);
    expect(await rehearsal.plan()).toEqual([]);
    expect(actions(await rehearsal.destroy(), "delete")).toHaveLength(resources);
  });

  it("makes each resource after those that it refers to", async () => {
    const created = actions(await (await rehearse(appOf(googleStack))).apply(), "create");
    expect(created).toEqual([
      "google_compute_network",
      "google_container_cluster",
      "google_container_node_pool",
      "kubernetes_namespace_v1",
      "kubernetes_deployment_v1",
    ]);
  });

  it("gives what the cloud computes values of its form", async () => {
    const rehearsal = await rehearse(appOf(awsStack));
    await rehearsal.apply();
    const { outputs, resources } = stateOf("coverage");
    expect(outputs.port.value).toBe(5432);
    expect(outputs.secret.value).toMatch(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:./);
    const subnets = resources
      .filter(({ type }) => type === "aws_subnet")
      .map(({ instances }) => instances[0].attributes);
    expect(subnets.map(({ availability_zone }) => availability_zone)).toEqual([
      "eu-west-1a",
      "eu-west-1b",
      "eu-west-1c",
    ]);
    expect(new Set(subnets.map(({ id }) => id)).size).toBe(3);
  });

  it("updates in place what the cloud changes in place", async () => {
    const rehearsal = await rehearse(appOf(awsStack));
    await rehearsal.apply();
    await rehearsal.change(appOf((stack) => awsStack(stack, { instanceClass: "db.m7g.xlarge" })));
    expect(await rehearsal.plan()).toEqual([
      { stack: "coverage", action: "update", address: "aws_db_instance.database", type: "aws_db_instance" },
    ]);
    expect(types(await rehearsal.apply())).toEqual(["aws_availability_zones", "aws_db_instance"]);
    expect(await rehearsal.plan()).toEqual([]);
  });

  it("says that a network of other addresses replaces what lies in it, and leaves the rest alone", async () => {
    const rehearsal = await rehearse(appOf(awsStack));
    await rehearsal.apply();
    await rehearsal.change(appOf((stack) => awsStack(stack, { cidr: "10.64.0.0/16" })));
    const planned = (await rehearsal.plan()).map(({ action, address }) => `${action} ${address}`);
    expect(planned.sort()).toEqual([
      "replace aws_subnet.subnet-0",
      "replace aws_subnet.subnet-1",
      "replace aws_subnet.subnet-2",
      "replace aws_vpc.vpc",
    ]);
    const done = await rehearsal.apply();
    expect(actions(done, "delete")).toHaveLength(4);
    expect(actions(done, "create")).toHaveLength(4);
    expect(await rehearsal.plan()).toEqual([]);
  });

  it("refuses a type once when told to, says so, and does what is left at the next apply", async () => {
    const rehearsal = await rehearse(appOf(googleStack));
    rehearsal.failOnce("google_container_node_pool");
    const error = await failure(rehearsal.apply());
    expect(error.message).toContain(
      "terraform apply of coverage failed\n  google_container_node_pool.pool: refused this once",
    );
    expect(error.diagnostics).toHaveLength(1);
    expect(types(error.operations)).toEqual(["google_compute_network", "google_container_cluster"]);
    expect(actions(await rehearsal.apply(), "create")).toEqual([
      "google_container_node_pool",
      "kubernetes_namespace_v1",
      "kubernetes_deployment_v1",
    ]);
    expect(await rehearsal.plan()).toEqual([]);
  });

  it("refuses the one resource that an address names, among others of its type", async () => {
    const rehearsal = await rehearse(appOf(awsStack));
    rehearsal.failOnce("aws_subnet.subnet-1");
    const error = await failure(rehearsal.apply());
    expect(error.diagnostics.map(({ address }) => address)).toEqual(["aws_subnet.subnet-1"]);
    expect((await rehearsal.apply()).filter(({ action }) => action === "create")).toEqual([
      { stack: "coverage", action: "create", address: "aws_subnet.subnet-1", type: "aws_subnet" },
    ]);
  });

  it("keeps what a refused removal was to remove", async () => {
    const rehearsal = await rehearse(appOf(azureStack));
    await rehearsal.apply();
    rehearsal.failOnce("azurerm_resource_group");
    const error = await failure(rehearsal.destroy());
    expect(types(error.operations)).toEqual(["azurerm_virtual_network"]);
    expect(types(await rehearsal.destroy())).toEqual(["azurerm_resource_group"]);
  });

  it("knows no resource that no stack has", async () => {
    const rehearsal = await rehearse(appOf(azureStack));
    expect(() => rehearsal.failOnce("azurerm_lb")).toThrow(
      /^no stack has azurerm_lb; there are azurerm_resource_group, azurerm_resource_group\.group, /,
    );
  });

  it("destroys what is protected only when forced to", async () => {
    const rehearsal = await rehearse(appOf((stack) => awsStack(stack, { preventDestroy: true, protectInCloud: true })));
    await rehearsal.apply();
    expect((await failure(rehearsal.destroy())).message).toContain("Instance cannot be destroyed");
    expect(actions(await rehearsal.destroy({ force: true }), "delete")).toHaveLength(5);
  });

  it("refuses, as the cloud does, to replace a database under deletion protection", async () => {
    const protectedBy = (engine: string) => appOf((stack) => awsStack(stack, { engine, protectInCloud: true }));
    const rehearsal = await rehearse(protectedBy("postgres"));
    await rehearsal.apply();
    await rehearsal.change(protectedBy("mysql"));
    expect((await failure(rehearsal.apply())).message).toContain("refused: deletion_protection is set");
  });

  it("reads a secret back that was written without entering any state", async () => {
    const rehearsal = await rehearse(appOf(secretStack));
    await rehearsal.apply();
    expect(await rehearsal.plan()).toEqual([]);
    const { resources } = stateOf("coverage");
    const attributes = (type: string) => resources.find((resource) => resource.type === type)!.instances[0].attributes;
    expect(attributes("aws_secretsmanager_secret_version").secret_string_wo).toBeNull();
    expect(attributes("aws_db_instance").password_wo).toBeNull();
  });

  it("applies stacks in the order in which they need each other, and destroys them in the other", async () => {
    const app = Testing.app();
    const second = new TerraformStack(app, "a-workload");
    const first = new TerraformStack(app, "b-platform");
    new AwsProvider(first, "aws", { region: "eu-west-1" });
    new AwsProvider(second, "aws", { region: "eu-west-1" });
    const vpc = new Vpc(first, "vpc", { cidrBlock: "10.0.0.0/16" });
    new S3Backend(first, { bucket: "states", key: "platform", region: "eu-west-1" });
    new Subnet(second, "subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
    const rehearsal = await rehearse(app);
    const done = (await rehearsal.apply()).filter(({ action }) => action === "create");
    expect(done.map(({ stack, type }) => [stack, type])).toEqual([
      ["b-platform", "aws_vpc"],
      ["a-workload", "aws_subnet"],
    ]);
    expect(await rehearsal.plan()).toEqual([]);
    expect((await rehearsal.destroy()).filter(({ action }) => action === "delete").map(({ stack }) => stack)).toEqual([
      "a-workload",
      "b-platform",
    ]);
  });

  it("runs no program that a stack has Terraform run", async () => {
    const app = appOf((stack) => {
      new AwsProvider(stack, "aws", { region: "eu-west-1" });
      new Vpc(stack, "vpc", { provisioners: [{ type: "local-exec", command: "exit 1" }] });
    });
    expect(actions(await (await rehearse(app)).apply(), "create")).toEqual(["aws_vpc"]);
  });

  it("passes on what Terraform objects to in a stack", async () => {
    const app = appOf((stack) => {
      new AwsProvider(stack, "aws", { region: "eu-west-1" });
      new Vpc(stack, "vpc").addOverride("cidr_blok", "10.0.0.0/16");
    });
    const { diagnostics } = await failure((await rehearse(app)).apply());
    expect(diagnostics[0]).toMatchObject({ summary: "Extraneous JSON object property" });
  });

  it("says which binding is missing", async () => {
    const app = appOf((stack) => {
      stack.addOverride("resource.github_repository.coverage", { name: "coverage" });
    });
    const error = await failure(Rehearsal.of(app));
    expect(error.message).toBe(
      "@cdktf/provider-github is not installed, and a stack uses its provider; npm install --save-dev @cdktf/provider-github",
    );
  });

  it("fetches no module", async () => {
    const app = appOf((stack) => {
      stack.addOverride("module.network.source", "terraform-aws-modules/vpc/aws");
    });
    expect((await failure(Rehearsal.of(app))).message).toContain("a rehearsal fetches nothing");
  });

  it("leaves nothing behind once it is closed", async () => {
    const before = folders();
    const rehearsal = await Rehearsal.of(appOf(azureStack));
    expect(folders()).toHaveLength(before.length + 1);
    await rehearsal.close();
    expect(folders()).toEqual(before);
  });
});
