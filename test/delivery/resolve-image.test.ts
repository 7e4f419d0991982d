import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Registry } from "../../lib/cloud/registry.js";
import { contextTag, readImageContext, unpackContext } from "../../lib/delivery/image-context.js";
import { type ResolvedImage, resolveImage } from "../../lib/delivery/resolve-image.js";
import { SecretReference } from "../../lib/workload/secret-reference.js";
import { ServiceImage } from "../../lib/workload/service-image.js";
import { built } from "../support/built.js";
import { inFolder, SLOW } from "../support/programs.js";
import { only, type Synthesised, synth } from "../support/synth.js";

class OwnRegistry extends Construct implements Registry {
  readonly host = "registry.example.com";
  readonly repository = "registry.example.com/coverstack";
  readonly user = "robot";
  readonly passwordCommand = ["cloud", "print-password", "--quiet"];
  grantPull(): void {}
}

const tag = contextTag(readImageContext(), "linux/amd64");
const reference = `registry.example.com/coverstack:${tag}`;

describe("an image from a registry", () => {
  it("stays what it is, with its credentials, and needs no registry of the account", () => {
    const credentials = SecretReference.of("arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry");
    const image = ServiceImage.fromRegistry("ghcr.io/acme/coverstack:1.0.0", { credentials });
    const stack = synth((scope) => {
      const resolved = resolveImage(image, scope, () => {
        throw new Error("no registry was to be made");
      });
      expect(resolved).toEqual({
        reference: "ghcr.io/acme/coverstack:1.0.0",
        registryHost: "ghcr.io",
        credentials,
        needsIdentityLogin: false,
        dependencies: [],
      });
    });
    expect(stack.resource).toEqual({});
  });
});

describe("the bundled image", SLOW, () => {
  let resolved: ResolvedImage;
  let stack: Synthesised;
  let push: { readonly provisioner: readonly { readonly "local-exec": Record<string, unknown> }[] };

  beforeAll(() => {
    stack = synth((scope) => {
      const image = ServiceImage.bundled({ builder: "podman" });
      resolved = resolveImage(image, scope, () => new OwnRegistry(scope, "registry"));
      scope.addOverride("output.image.value", resolved.reference);
    });
    push = only(stack, "terraform_data") as typeof push;
  });

  it("is pushed again only when its content changes (Q10)", () => {
    expect(push).toMatchObject({ input: reference, triggers_replace: reference });
  });

  it("is known to machines only once it is pushed", () => {
    expect(stack.output.image.value).toBe(`\${terraform_data.${name()}.output}`);
    expect(resolved.dependencies.map(({ friendlyUniqueId }) => friendlyUniqueId)).toEqual([name()]);
  });

  it("is pulled by machines as who they are, without a secret", () => {
    expect(resolved).toMatchObject({ registryHost: "registry.example.com", needsIdentityLogin: true });
    expect(resolved.credentials).toBeUndefined();
  });

  it("is built by a program beside the stack, which is told no secret and nothing of the environment (Q11)", () => {
    expect(push.provisioner.map((each) => each["local-exec"])).toEqual([
      {
        interpreter: ["node"],
        command: `\${path.module}/images/${tag}/push-image.js`,
        environment: {
          IMAGE_REFERENCE: reference,
          IMAGE_PLATFORM: "linux/amd64",
          IMAGE_BUILDER: "podman",
          REGISTRY_HOST: "registry.example.com",
          REGISTRY_USER: "robot",
          REGISTRY_PASSWORD_COMMAND: '["cloud","print-password","--quiet"]',
        },
      },
    ]);
  });

  it("brings program and source along with the synthesised stack", () =>
    inFolder((outdir) => {
      const dist = built();
      const app = new App({ outdir, skipValidation: true });
      const scope = new TerraformStack(app, "coverage");
      resolveImage(ServiceImage.bundled(), scope, () => new OwnRegistry(scope, "registry"));
      app.synth();
      const folder = join(outdir, "stacks/coverage/images", tag);
      expect(readdirSync(folder).sort()).toEqual(["context.json", "push-image.js"]);
      expect(unpackContext(readFileSync(join(folder, "context.json"), "utf8"))).toEqual(readImageContext());
      const program = readFileSync(join(dist, "lib/delivery/push-image.js"), "utf8");
      expect(readFileSync(join(folder, "push-image.js"), "utf8")).toBe(program);
      const imports = [...program.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
      expect(imports.filter((name) => !name.startsWith("node:"))).toEqual([]);
    }));

  function name(): string {
    return Object.keys(stack.resource.terraform_data)[0];
  }
});
