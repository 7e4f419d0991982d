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

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

class PushError extends Error {}

async function main(folder: string): Promise<void> {
  const reference = variable("IMAGE_REFERENCE");
  const builder = variable("IMAGE_BUILDER");
  const host = variable("REGISTRY_HOST");
  const user = variable("REGISTRY_USER");
  const secret = password();
  const isPushed = () => isInRegistry(reference, host, Buffer.from(`${user}:${secret}`).toString("base64"));
  if (await isPushed()) {
    say(`${reference} is in the registry already`);
    return;
  }
  const work = mkdtempSync(join(tmpdir(), "coverstack-image-"));
  // Podman and Buildah then leave the logins of whoever runs this alone; Docker has no such switch.
  const env = { ...process.env, REGISTRY_AUTH_FILE: join(work, "auth.json") };
  const call = (words: readonly string[], options: SpawnSyncOptions = {}) =>
    spawnSync(builder, words, { stdio: ["ignore", "inherit", "inherit"], env, ...options });
  try {
    if (call(["--version"], { stdio: "ignore" }).error) refuseWithout(builder);
    say(`building ${reference} with ${builder}`);
    const context = unpack(join(folder, "context.json"), join(work, "context"));
    expectSuccess(call(build(builder, reference), { cwd: context }), `${builder} build`);
    const login = ["login", "--username", user, "--password-stdin", host];
    expectSuccess(call(login, { input: secret, stdio: ["pipe", "inherit", "inherit"] }), `${builder} login ${host}`);
    const push = call(["push", reference]);
    call(["logout", host], { stdio: "ignore" });
    // Another environment may have pushed the same content meanwhile, and tags do not change.
    if (push.status !== 0 && !(await isPushed())) expectSuccess(push, `${builder} push ${reference}`);
    say(`pushed ${reference}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Asks the registry itself, since builders differ in whether they can. When it cannot be asked, pushing will tell. */
async function isInRegistry(reference: string, host: string, login: string): Promise<boolean> {
  const [path, tag] = reference.slice(host.length + 1).split(":");
  const ask = (authorization: string) =>
    fetch(`https://${host}/v2/${path}/manifests/${tag}`, {
      method: "HEAD",
      headers: { Accept: MANIFESTS, Authorization: authorization },
    });
  try {
    const first = await ask(`Basic ${login}`);
    const challenge = first.headers.get("www-authenticate") ?? "";
    const { status } =
      first.status === 401 && /^bearer /i.test(challenge) ? await ask(await bearer(challenge, login)) : first;
    if (status !== 200 && status !== 404) say(`${host} does not say whether it has the image (status ${status})`);
    return status === 200;
  } catch (error) {
    const { message, cause } = error as Error;
    say(`${host} cannot be asked whether it has the image (${cause instanceof Error ? cause.message : message})`);
    return false;
  }
}

/** Trades the login for a token, where the registry wants one. */
async function bearer(challenge: string, login: string): Promise<string> {
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const { realm = "", ...query } = fields;
  if (!realm.startsWith("https://")) throw new Error(`its tokens are at '${realm}', which is not https`);
  const response = await fetch(`${realm}?${new URLSearchParams(query)}`, {
    headers: { Authorization: `Basic ${login}` },
  });
  const { token, access_token } = (await response.json()) as { token?: string; access_token?: string };
  return `Bearer ${token ?? access_token}`;
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

main(__dirname).catch((error: unknown) => {
  if (!(error instanceof PushError)) throw error;
  say(error.message);
  process.exitCode = 1;
});
