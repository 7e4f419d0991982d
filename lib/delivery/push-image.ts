/**
 * Builds an image from the `context.json` beside this file and pushes it, unless the registry has it. Terraform runs
 * this with Node alone, so it imports nothing but what Node brings.
 */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const INSTALL: Readonly<Record<string, string>> = {
  docker: "https://docs.docker.com/get-started/get-docker/",
  podman: "https://podman.io/docs/installation",
  buildah: "https://github.com/containers/buildah/blob/main/install.md",
};

class PushError extends Error {}

function main(folder: string): void {
  const reference = variable("IMAGE_REFERENCE");
  const builder = variable("IMAGE_BUILDER");
  const host = variable("REGISTRY_HOST");
  const work = mkdtempSync(join(tmpdir(), "coverstack-image-"));
  // Podman and Buildah then leave the logins of whoever runs this alone; Docker has no such switch.
  const env = { ...process.env, REGISTRY_AUTH_FILE: join(work, "auth.json") };
  const call = (words: readonly string[], options: SpawnSyncOptions = {}) =>
    spawnSync(builder, words, { stdio: ["ignore", "inherit", "inherit"], env, ...options });
  const isPushed = () => call(["manifest", "inspect", reference], { stdio: "ignore" }).status === 0;
  try {
    if (call(["--version"], { stdio: "ignore" }).error) refuseWithout(builder);
    const input = password();
    const login = ["login", "--username", variable("REGISTRY_USER"), "--password-stdin", host];
    expectSuccess(call(login, { input, stdio: ["pipe", "inherit", "inherit"] }), `${builder} login ${host}`);
    try {
      if (isPushed()) {
        say(`${reference} is in the registry already`);
        return;
      }
      say(`building ${reference} with ${builder}`);
      const context = unpack(join(folder, "context.json"), join(work, "context"));
      expectSuccess(call(build(builder, reference), { cwd: context }), `${builder} build`);
      const push = call(["push", reference]);
      // Another environment may have pushed the same content meanwhile, and tags do not change.
      if (push.status !== 0 && !isPushed()) expectSuccess(push, `${builder} push ${reference}`);
      say(`pushed ${reference}`);
    } finally {
      call(["logout", host], { stdio: "ignore" });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function build(builder: string, reference: string): readonly string[] {
  const platform = variable("IMAGE_PLATFORM");
  // The other format of Podman and Buildah has no health check.
  const format = builder === "docker" ? [] : ["--format", "docker"];
  return ["build", ...format, "--platform", platform, "--file", "service/Dockerfile", "--tag", reference, "."];
}

/** What the cloud's command line prints. It goes on through a pipe: arguments and logs can be read by others. */
function password(): string {
  const [program, ...words] = JSON.parse(variable("REGISTRY_PASSWORD_COMMAND")) as string[];
  const { status, stdout, error } = spawnSync(program, words, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (error) throw new PushError(`'${program}' cannot be run (${error.message}); it gives the registry's password`);
  if (status !== 0 || stdout.trim() === "") {
    throw new PushError(`'${program}' gave no password for the registry; sign in to the cloud and apply again`);
  }
  return stdout.trim();
}

function unpack(file: string, folder: string): string {
  const files = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, Buffer.from(content, "base64"));
  }
  return folder;
}

function refuseWithout(builder: string): never {
  const others = Object.keys(INSTALL).filter((name) => name !== builder);
  throw new PushError(
    `'${builder}' is not installed here; see ${INSTALL[builder] ?? "its documentation"}, or choose another with ` +
      `ServiceImage.bundled({ builder: "${others.join('" | "')}" }), or name an image that is pushed already with ` +
      "ServiceImage.fromRegistry",
  );
}

function expectSuccess({ status, error }: { status: number | null; error?: Error | undefined }, what: string): void {
  if (status === 0) return;
  throw new PushError(`'${what}' failed (${error?.message ?? `status ${status}`}); what it printed is above`);
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new PushError(`the environment has no ${name}; Terraform sets it`);
  return value;
}

function say(message: string): void {
  process.stderr.write(`image: ${message}\n`);
}

try {
  main(__dirname);
} catch (error) {
  if (!(error instanceof PushError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
