import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RehearsalError } from "../../lib/testing/index.js";
import { localConfiguration, unprotected } from "../../lib/testing/local-configuration.js";
import { type Configuration, readStacks, type SynthesisedStack } from "../../lib/testing/synthesised-stacks.js";
import { usedProviders } from "../../lib/testing/used-providers.js";
import { inFolder } from "../support/programs.js";

const stack = (name: string, configuration: Configuration): SynthesisedStack => ({
  name,
  folder: "",
  configuration,
  dependencies: [],
});
const stateOf = (name: string) => `/states/${name}`;
const local = (configuration: Configuration, ...others: readonly SynthesisedStack[]) => {
  const own = stack("own", configuration);
  return localConfiguration(own, [own, ...others], stateOf);
};

describe("the configuration that is rehearsed", () => {
  it.each<[string, Configuration["terraform"] & object]>([
    ["a bucket", { backend: { s3: { bucket: "states", key: "own", region: "eu-west-1" } } }],
    ["HCP Terraform", { cloud: { organization: "quality" } } as object],
    ["nowhere yet", {}],
  ])("keeps in a file here the state that was to be in %s", (_, terraform) => {
    expect(local({ terraform: { required_providers: { aws: {} }, ...terraform } })).toEqual({
      terraform: { required_providers: { aws: {} }, backend: { local: { path: "/states/own" } } },
    });
  });

  it.each([
    ["s3", { bucket: "states", key: "other" }, { bucket: "states", key: "own" }],
    ["gcs", { bucket: "states", prefix: "other" }, { bucket: "states", prefix: "own" }],
    ["azurerm", { container_name: "states", key: "other" }, { container_name: "states", key: "own" }],
    ["local", { path: "/a/other.tfstate" }, { path: "/a/own.tfstate" }],
  ])("reads another stack's state from its file instead of from %s", (kind, kept, own) => {
    const other = stack("other", { terraform: { backend: { [kind]: { ...kept, region: "eu-west-1" } } } });
    const configuration = {
      terraform: { backend: { [kind]: own } },
      data: { terraform_remote_state: { platform: { backend: kind, config: kept } }, aws_region: { here: {} } },
    };
    expect(local(configuration, other).data).toEqual({
      aws_region: { here: {} },
      terraform_remote_state: { platform: { backend: "local", config: { path: "/states/other" } } },
    });
  });

  it("refuses to read the state of a stack that is not rehearsed", () => {
    const reading = { platform: { backend: "s3", config: { bucket: "states", key: "platform" } } };
    expect(() => local({ data: { terraform_remote_state: reading } })).toThrow(
      "own reads the state of a stack that is not rehearsed (data.terraform_remote_state.platform); rehearse both",
    );
  });

  it("runs no program and opens no connection", () => {
    const vpc = { cidr_block: "10.0.0.0/16", provisioner: [{ "local-exec": { command: "true" } }], connection: {} };
    expect(local({ resource: { aws_vpc: { vpc } } }).resource).toEqual({
      aws_vpc: { vpc: { cidr_block: "10.0.0.0/16" } },
    });
  });

  it("takes modules from folders, and none from elsewhere", () => {
    expect(() => local({ module: { network: { source: "./network" } } })).not.toThrow();
    expect(() => local({ module: { network: { source: "terraform-aws-modules/vpc/aws" } } })).toThrow(RehearsalError);
  });

  it("loses its protection, and nothing else of its lifecycle, when it is to be destroyed by force", () => {
    const lifecycle = { prevent_destroy: true, ignore_changes: ["ami"] };
    expect(unprotected({ resource: { aws_instance: { vm: { ami: "a", lifecycle } } } })).toEqual({
      resource: { aws_instance: { vm: { ami: "a", lifecycle: { ignore_changes: ["ami"] } } } },
    });
  });
});

describe("the providers of a stack", () => {
  it("are those that it declares, configures or has resources of", () => {
    const used = usedProviders({
      terraform: { required_providers: { aws: { source: "aws" }, gh: { source: "integrations/github" } } },
      provider: { kubernetes: [{}] },
      resource: {
        aws_vpc: { vpc: {} },
        gh_repository: { own: { provider: "gh.other" } },
        terraform_data: { note: {} },
      },
      data: { aws_region: { here: {} }, google_project: { own: { provider: "google-beta" } } },
      ephemeral: { random_password: { password: {} } },
    });
    expect(Object.fromEntries(used.map(({ source, ...types }) => [source, types]))).toEqual({
      "registry.terraform.io/hashicorp/aws": { resources: ["aws_vpc"], dataSources: ["aws_region"] },
      "registry.terraform.io/integrations/github": { resources: ["gh_repository"], dataSources: [] },
      "registry.terraform.io/hashicorp/kubernetes": { resources: [], dataSources: [] },
      "registry.terraform.io/hashicorp/google-beta": { resources: [], dataSources: ["google_project"] },
      "registry.terraform.io/hashicorp/random": { resources: [], dataSources: [] },
    });
  });
});

describe("synthesised stacks", () => {
  const write = (folder: string, dependencies: Readonly<Record<string, readonly string[]>>): void => {
    const stacks = Object.entries(dependencies).map(([name, dependencies]) => {
      mkdirSync(join(folder, "stacks", name), { recursive: true });
      writeFileSync(join(folder, "stacks", name, "cdk.tf.json"), JSON.stringify({ resource: { [name]: {} } }));
      return [name, { name, dependencies, synthesizedStackPath: `stacks/${name}/cdk.tf.json` }];
    });
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ stacks: Object.fromEntries(stacks) }));
  };

  it("come after those that they depend on, which come along", async () => {
    await inFolder((folder) => {
      write(folder, { a: ["b"], b: ["c"], c: [], d: [] });
      expect(readStacks(folder).map(({ name }) => name)).toEqual(["c", "b", "a", "d"]);
      expect(readStacks(folder, ["b"]).map(({ name }) => name)).toEqual(["c", "b"]);
      expect(readStacks(folder, ["d"])[0]).toEqual({
        name: "d",
        folder: join(folder, "stacks/d"),
        configuration: { resource: { d: {} } },
        dependencies: [],
      });
    });
  });

  it("are refused by a name that there is not, and a folder without any", async () => {
    await inFolder((folder) => {
      expect(() => readStacks(folder)).toThrow(`${folder} holds no synthesised stacks; run cdktf synth first`);
      write(folder, { a: [], b: [] });
      expect(() => readStacks(folder, ["c"])).toThrow(`${folder} holds no stack c; it holds a, b`);
    });
  });
});
