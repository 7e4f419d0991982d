import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { packContext } from "../../lib/delivery/image-context.js";
import { inFolder, type Outcome, program, run } from "../support/programs.js";

const REFERENCE = "registry.example.com/coverstack:0a1b2c3d4e5f6071";
const PASSWORD = "not-for-the-log";

/** Stands in for a builder: writes down how it was called. */
const BUILDER = `#!/bin/sh
PATH=/usr/bin:/bin
echo "$*" >>"$FOLDER/calls"
case "$1" in
  login) cat >"$FOLDER/password"; echo "$REGISTRY_AUTH_FILE" >"$FOLDER/auth-file"; exit "\${LOGIN_STATUS:-0}" ;;
  manifest) test -e "$FOLDER/pushed" ;;
  build) pwd >"$FOLDER/context-folder"; cat service/Dockerfile >"$FOLDER/dockerfile"; exit "\${BUILD_STATUS:-0}" ;;
  push) test "$PUSHED_BY_ANOTHER" && touch "$FOLDER/pushed"; exit "\${PUSH_STATUS:-0}" ;;
esac
`;

interface Pushed extends Outcome {
  readonly calls: readonly string[];
  /** What the builder wrote down under this name. */
  written(name: string): string;
}

async function push(
  use: (pushed: Pushed) => void,
  {
    environment = {},
    prepare = () => {},
  }: { environment?: Record<string, string>; prepare?: (folder: string) => void } = {},
): Promise<void> {
  await inFolder((folder) => {
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const source = readFileSync("lib/delivery/push-image.ts", "utf8");
    writeFileSync(join(folder, "push-image.js"), ts.transpileModule(source, { compilerOptions }).outputText);
    const context = new Map([["service/Dockerfile", Buffer.from("FROM scratch\n")]]);
    writeFileSync(join(folder, "context.json"), packContext(context));
    program(folder, "cloud", `#!/bin/sh\necho ${PASSWORD}\n`);
    for (const builder of ["docker", "buildah"]) program(folder, builder, BUILDER);
    prepare(folder);
    const env = {
      PATH: folder,
      FOLDER: folder,
      IMAGE_REFERENCE: REFERENCE,
      IMAGE_PLATFORM: "linux/amd64",
      IMAGE_BUILDER: "docker",
      REGISTRY_HOST: "registry.example.com",
      REGISTRY_USER: "robot",
      REGISTRY_PASSWORD_COMMAND: '["cloud","print-password"]',
      ...environment,
    };
    const outcome = run(process.execPath, [join(folder, "push-image.js")], { env });
    const written = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "");
    use({ ...outcome, written, calls: written("calls").split("\n").filter(Boolean) });
  });
}

describe("the program that builds and pushes", () => {
  it("logs in, looks, builds, pushes and logs out, in this order (Q7)", () =>
    push(({ status, calls, output, written }) => {
      expect(calls).toEqual([
        "--version",
        "login --username robot --password-stdin registry.example.com",
        `manifest inspect ${REFERENCE}`,
        `build --platform linux/amd64 --file service/Dockerfile --tag ${REFERENCE} .`,
        `push ${REFERENCE}`,
        "logout registry.example.com",
      ]);
      expect(written("dockerfile")).toBe("FROM scratch\n");
      expect(output).toContain(`image: pushed ${REFERENCE}`);
      expect(status).toBe(0);
    }));

  it("hands the password over through a pipe: no argument and no output holds it", () =>
    push(({ calls, output, written }) => {
      expect(written("password")).toBe(PASSWORD);
      expect(calls.join() + output).not.toContain(PASSWORD);
    }));

  it("builds nothing that the registry has (Q10)", () =>
    push(
      ({ status, calls, output }) => {
        expect(calls.map((call) => call.split(" ")[0])).toEqual(["--version", "login", "manifest", "logout"]);
        expect(output).toContain("is in the registry already");
        expect(status).toBe(0);
      },
      { prepare: (folder) => writeFileSync(join(folder, "pushed"), "") },
    ));

  it("keeps the health check and other people's logins with Buildah", () =>
    push(
      ({ calls, written }) => {
        expect(calls[3]).toMatch(/^build --format docker --platform linux\/amd64 /);
        expect(written("auth-file")).toMatch(/coverstack-image-\w+\/auth\.json\n$/);
      },
      { environment: { IMAGE_BUILDER: "buildah" } },
    ));

  it("leaves no folder behind", () =>
    push(({ written }) => expect(existsSync(written("context-folder").trim())).toBe(false)));

  it("is content when another environment pushed the same image meanwhile", () =>
    push(({ status }) => expect(status).toBe(0), { environment: { PUSH_STATUS: "1", PUSHED_BY_ANOTHER: "yes" } }));

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
    ["the build", { BUILD_STATUS: "3" }, "'docker build' failed (status 3)"],
    ["the push", { PUSH_STATUS: "4" }, `'docker push ${REFERENCE}' failed (status 4)`],
  ])("fails when %s fails, and still logs out", (_, environment, message) =>
    push(
      ({ status, calls, output }) => {
        expect(status).toBe(1);
        expect(output).toContain(`image: ${message}`);
        expect(calls.at(-1)).toBe("logout registry.example.com");
      },
      { environment },
    ),
  );

  it("fails before it builds when it cannot log in", () =>
    push(
      ({ status, calls, output }) => {
        expect(status).toBe(1);
        expect(output).toContain("'docker login registry.example.com' failed (status 5)");
        expect(calls).toHaveLength(2);
      },
      { environment: { LOGIN_STATUS: "5" } },
    ));

  it.each([
    ["is missing", "missing", "'missing' cannot be run"],
    ["refuses", "false", "'false' gave no password for the registry; sign in to the cloud and apply again"],
    ["prints nothing", "silent", "'silent' gave no password"],
  ])("fails when the cloud's command line %s", (_, command, message) =>
    push(
      ({ status, output, calls }) => {
        expect(status).toBe(1);
        expect(output).toContain(message);
        expect(calls).toEqual(["--version"]);
      },
      {
        environment: { REGISTRY_PASSWORD_COMMAND: JSON.stringify([command]) },
        prepare: (folder) => {
          program(folder, "false", "#!/bin/sh\nexit 1\n");
          program(folder, "silent", "#!/bin/sh\n");
        },
      },
    ),
  );

  it("says which variable Terraform did not set", () =>
    push(({ output }) => expect(output).toContain("the environment has no IMAGE_REFERENCE"), {
      environment: { IMAGE_REFERENCE: "" },
    }));
});
