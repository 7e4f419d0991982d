import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { packContext } from "../../lib/delivery/image-context.js";
import { type ImageRegistryOptions, startImageRegistry } from "../support/image-registry.js";
import { inFolder, type Outcome, program, SLOW } from "../support/programs.js";

const PASSWORD = "not-for-the-log";
const TAG = "coverstack:0a1b2c3d4e5f6071";
const MANIFEST = Buffer.from("{}");

/** Stands in for a builder: writes down how it was called. */
const BUILDER = `#!/bin/sh
PATH=/usr/bin:/bin
echo "$*" >>"$FOLDER/calls"
case "$1" in
  login) cat >"$FOLDER/password"; echo "$REGISTRY_AUTH_FILE" >"$FOLDER/auth-file"; exit "\${LOGIN_STATUS:-0}" ;;
  build) pwd >"$FOLDER/context-folder"; cat service/Dockerfile >"$FOLDER/dockerfile"; exit "\${BUILD_STATUS:-0}" ;;
  push) exit "\${PUSH_STATUS:-0}" ;;
esac
`;

interface Pushed extends Outcome {
  readonly host: string;
  readonly calls: readonly string[];
  /** What the builder wrote down under this name. */
  written(name: string): string;
}

interface Circumstances extends Pick<ImageRegistryOptions, "tokens" | "tags"> {
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the program against a registry in memory, with a stand-in for the builder, and hands over what came of it. */
async function push(use: (pushed: Pushed) => void, { environment, ...registry }: Circumstances = {}): Promise<void> {
  await inFolder(async (folder) => {
    const { host, certificate, close } = await startImageRegistry(folder, {
      user: "robot",
      password: PASSWORD,
      ...registry,
    });
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const source = readFileSync("lib/delivery/push-image.ts", "utf8");
    writeFileSync(join(folder, "push-image.js"), ts.transpileModule(source, { compilerOptions }).outputText);
    const context = new Map([["service/Dockerfile", Buffer.from("FROM scratch\n")]]);
    writeFileSync(join(folder, "context.json"), packContext(context));
    program(folder, "cloud", `#!/bin/sh\necho ${PASSWORD}\n`);
    program(folder, "refusing", "#!/bin/sh\nexit 1\n");
    program(folder, "silent", "#!/bin/sh\n");
    for (const builder of ["docker", "buildah"]) program(folder, builder, BUILDER);
    const env = {
      PATH: folder,
      FOLDER: folder,
      NODE_EXTRA_CA_CERTS: certificate,
      IMAGE_REFERENCE: `${host}/${TAG}`,
      IMAGE_PLATFORM: "linux/amd64",
      IMAGE_BUILDER: "docker",
      REGISTRY_HOST: host,
      REGISTRY_USER: "robot",
      REGISTRY_PASSWORD_COMMAND: '["cloud","print-password"]',
      ...environment,
    };
    const outcome = await new Promise<Outcome>((resolve) => {
      const child = execFile(process.execPath, [join(folder, "push-image.js")], { env }, (_, stdout, stderr) =>
        resolve({ status: child.exitCode, output: stdout + stderr }),
      );
    });
    close();
    const written = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "");
    use({ ...outcome, host, written, calls: written("calls").split("\n").filter(Boolean) });
  });
}

/** Tags that are there from the second look on. */
class Late extends Map<string, Buffer> {
  #looks = 0;

  override get(): Buffer | undefined {
    return this.#looks++ === 0 ? undefined : MANIFEST;
  }
}

describe("the program that builds and pushes", SLOW, () => {
  it("asks the registry, builds, logs in, pushes and logs out, in this order (Q7)", () =>
    push(({ status, host, calls, output, written }) => {
      expect(calls).toEqual([
        "--version",
        `build --platform linux/amd64 --file service/Dockerfile --tag ${host}/${TAG} .`,
        `login --username robot --password-stdin ${host}`,
        `push ${host}/${TAG}`,
        `logout ${host}`,
      ]);
      expect(written("dockerfile")).toBe("FROM scratch\n");
      expect(output).toBe(`image: building ${host}/${TAG} with docker\nimage: pushed ${host}/${TAG}\n`);
      expect(status).toBe(0);
    }));

  it("hands the password over through a pipe: no argument and no output holds it", () =>
    push(({ calls, output, written }) => {
      expect(written("password")).toBe(PASSWORD);
      expect(calls.join() + output).not.toContain(PASSWORD);
    }));

  it.each([
    ["at once", false],
    ["for a token", true],
  ])("builds nothing that the registry has, and needs no builder then: a registry that answers %s (Q10)", (_, tokens) =>
    push(
      ({ status, host, calls, output }) => {
        expect(output).toBe(`image: ${host}/${TAG} is in the registry already\n`);
        expect(calls).toEqual([]);
        expect(status).toBe(0);
      },
      { tokens, tags: new Map([[TAG, MANIFEST]]), environment: { IMAGE_BUILDER: "podman" } },
    ),
  );

  it.each([
    ["cannot be reached", { NODE_EXTRA_CA_CERTS: "" }, "cannot be asked whether it has the image (self-signed"],
    ["refuses the login", { REGISTRY_USER: "someone" }, "does not say whether it has the image (status 401)"],
  ])("says so and builds when the registry %s", (_, environment, message) =>
    push(
      ({ status, calls, output }) => {
        expect(output).toContain(message);
        expect(calls.at(-2)).toMatch(/^push /);
        expect(status).toBe(0);
      },
      { environment },
    ),
  );

  it("keeps the health check and other people's logins with Buildah", () =>
    push(
      ({ calls, written }) => {
        expect(calls[1]).toMatch(/^build --format docker --platform linux\/amd64 /);
        expect(written("auth-file")).toMatch(/coverstack-image-\w+\/auth\.json\n$/);
      },
      { environment: { IMAGE_BUILDER: "buildah" } },
    ));

  it("leaves no folder behind", () =>
    push(({ written }) => {
      expect(written("context-folder")).toMatch(/coverstack-image-/);
      expect(existsSync(written("context-folder").trim())).toBe(false);
    }));

  it("is content when another environment pushed the same image meanwhile", () =>
    push(({ status }) => expect(status).toBe(0), { environment: { PUSH_STATUS: "1" }, tags: new Late() }));

  it("names the builder that is missing, where to get it, and the ways around it", () =>
    push(
      ({ status, output }) => {
        expect(status).toBe(1);
        expect(output).toBe(
          "image: 'podman' is not installed here; see https://podman.io/docs/installation, or choose another with " +
            'ServiceImage.bundled({ builder: "docker" | "buildah" }), or name an image that is pushed already with ' +
            "ServiceImage.fromRegistry\n",
        );
      },
      { environment: { IMAGE_BUILDER: "podman" } },
    ));

  it.each([
    ["the build", { BUILD_STATUS: "3" }, "'docker build' failed (status 3)", /^build /],
    ["the login", { LOGIN_STATUS: "4" }, "failed (status 4)", /^login /],
    ["the push", { PUSH_STATUS: "5" }, "failed (status 5)", /^logout /],
  ])("fails when %s fails", (_, environment, message, last) =>
    push(
      ({ status, calls, output }) => {
        expect(status).toBe(1);
        expect(output).toContain(message);
        expect(calls.at(-1)).toMatch(last);
      },
      { environment },
    ),
  );

  it.each([
    ["is missing", "missing", "'missing' cannot be run"],
    ["refuses", "refusing", "'refusing' gave no password for the registry; sign in to the cloud and apply again"],
    ["prints nothing", "silent", "'silent' gave no password"],
  ])("fails when the cloud's command line %s", (_, command, message) =>
    push(
      ({ status, output, calls }) => {
        expect(status).toBe(1);
        expect(output).toContain(message);
        expect(calls).toEqual([]);
      },
      { environment: { REGISTRY_PASSWORD_COMMAND: JSON.stringify([command]) } },
    ),
  );

  it("says which variable Terraform did not set", () =>
    push(({ output }) => expect(output).toContain("the environment has no IMAGE_REFERENCE"), {
      environment: { IMAGE_REFERENCE: "" },
    }));
});
