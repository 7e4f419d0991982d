import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { App, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import type { Registry } from "../../lib/cloud/registry.js";
import { packContext } from "../../lib/delivery/image-context.js";
import { resolveImage } from "../../lib/delivery/resolve-image.js";
import { ServiceImage } from "../../lib/workload/service-image.js";
import { built } from "../support/built.js";
import { startImageRegistry } from "../support/image-registry.js";
import { inFolder, program, run, SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";

class OwnRegistry extends Construct implements Registry {
  readonly host = "127.0.0.1:1";
  readonly repository = "127.0.0.1:1/coverstack";
  readonly user = "robot";
  readonly passwordCommand = ["cloud"];
  grantPull(): void {}
}

const { terraform } = realParts();
const PASSWORD = "not-for-the-log";

describe.runIf(terraform)("the bundled image with the real Terraform", SLOW, () => {
  it("is built once, when Terraform applies, and the state holds no password (Q7, Q10)", () =>
    inFolder((folder) => {
      built();
      const app = new App({ outdir: folder, skipValidation: true });
      const stack = new TerraformStack(app, "coverage");
      const state = join(folder, "coverage.tfstate");
      new LocalBackend(stack, { path: state });
      const { reference } = resolveImage(ServiceImage.bundled(), stack, () => new OwnRegistry(stack, "registry"));
      new TerraformOutput(stack, "reference", { value: reference });
      app.synth();
      program(folder, "cloud", `#!/bin/sh\necho ${PASSWORD}\n`);
      program(folder, "docker", `#!/bin/sh\necho "$1" >>${folder}/calls\n`);
      const cwd = join(folder, "stacks/coverage");
      const path = [folder, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
      const env = { ...process.env, PATH: path, CHECKPOINT_DISABLE: "1" };
      const call = (...words: string[]) => run(terraform!, words, { cwd, env });
      expect(call("init", "-input=false", "-no-color").output).toContain("successfully initialized");
      const apply = call("apply", "-auto-approve", "-input=false", "-no-color");
      expect(apply.output).toContain("Apply complete! Resources: 1 added");
      expect(apply.output).toMatch(/reference = "127\.0\.0\.1:1\/coverstack:[0-9a-f]{16}"/);
      const calls = readFileSync(join(folder, "calls"), "utf8");
      expect(calls.trim().split("\n")).toEqual(["--version", "build", "login", "push", "logout"]);
      expect(call("plan", "-detailed-exitcode", "-input=false").status).toBe(0);
      expect(readFileSync(join(folder, "calls"), "utf8")).toBe(calls);
      const stored = readFileSync(state, "utf8");
      expect(stored).toContain("image_push");
      expect(stored + apply.output).not.toContain(PASSWORD);
    }));
});

const hasBuildah = run("buildah", ["--version"]).status === 0;

describe.runIf(hasBuildah)("the program that builds and pushes with the real Buildah", SLOW, () => {
  it("pushes to a registry that asks for a password, and does not push again", () =>
    inFolder(async (folder) => {
      const registry = await startImageRegistry(folder, { user: "robot", password: PASSWORD });
      try {
        const files = new Map([
          ["package.json", Buffer.from("{}\n")],
          ["service/Dockerfile", Buffer.from("FROM scratch\nCOPY package.json /\n")],
        ]);
        writeFileSync(join(folder, "context.json"), packContext(files));
        const storage = join(folder, "storage.conf");
        writeFileSync(storage, `[storage]\ndriver="vfs"\ngraphroot="${folder}/images"\nrunroot="${folder}/run"\n`);
        const copy = program(
          folder,
          "push-image.js",
          readFileSync(join(built(), "lib/delivery/push-image.js"), "utf8"),
        );
        const env = {
          ...process.env,
          BUILDAH_ISOLATION: "chroot",
          CONTAINERS_STORAGE_CONF: storage,
          SSL_CERT_FILE: registry.certificate,
          NODE_EXTRA_CA_CERTS: registry.certificate,
          IMAGE_REFERENCE: `${registry.host}/coverstack:0a1b`,
          IMAGE_PLATFORM: "linux/amd64",
          IMAGE_BUILDER: "buildah",
          REGISTRY_HOST: registry.host,
          REGISTRY_USER: "robot",
          REGISTRY_PASSWORD_COMMAND: JSON.stringify(["echo", PASSWORD]),
        };
        const push = () => promisify(execFile)(process.execPath, [copy], { env });
        const first = await push();
        expect(first.stderr).toContain(`image: pushed ${registry.host}/coverstack:0a1b`);
        expect(JSON.parse(String(registry.tags.get("coverstack:0a1b"))).layers).toHaveLength(1);
        const second = await push();
        expect(second.stderr).toContain("is in the registry already");
        expect(first.stdout + first.stderr + second.stderr).not.toContain(PASSWORD);
      } finally {
        registry.close();
      }
    }));
});
