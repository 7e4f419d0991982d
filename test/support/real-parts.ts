import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** The real programs that tests run against where a machine has them: a path, or null. */
export interface RealParts {
  readonly terraform: string | null;
  /** A filesystem mirror that holds registry.terraform.io/hashicorp/aws. */
  readonly awsPlugin: string | null;
  readonly dockerCompose: string | null;
  readonly cloudInit: string | null;
  readonly shellcheck: string | null;
  /** The folder of initdb, postgres and pg_ctl. */
  readonly postgres: string | null;
  readonly redis: string | null;
  readonly chromium: string | null;
  /** A Python with moto's server. */
  readonly moto: string | null;
  /** A folder of schemas as the providers themselves print them. */
  readonly providerSchemas: string | null;
}

let found: RealParts | undefined;

export function realParts(): RealParts {
  found ??= {
    terraform: onPath("terraform"),
    awsPlugin: awsPlugin(),
    dockerCompose: onPath("docker-compose"),
    cloudInit: onPath("cloud-init"),
    shellcheck: onPath("shellcheck"),
    postgres: postgresFolder(),
    redis: onPath("redis-server"),
    chromium: onPath("chromium") ?? onPath("google-chrome"),
    moto: moto(),
    providerSchemas: process.env.COVERSTACK_PROVIDER_SCHEMAS || null,
  };
  return found;
}

function onPath(program: string): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

function awsPlugin(): string | null {
  const candidates = [
    process.env.TERRAFORM_PLUGINS,
    join(homedir(), ".terraform.d/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    ...foldersIn("/opt"),
  ];
  const holds = (folder: string | undefined): folder is string =>
    folder !== undefined && existsSync(join(folder, "registry.terraform.io/hashicorp/aws"));
  return candidates.find(holds) ?? null;
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function postgresFolder(): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, "bin"))];
  const initdb = onPath("initdb");
  if (initdb) folders.push(join(initdb, ".."));
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

function moto(): string | null {
  const python = onPath("python3");
  if (!python) return null;
  try {
    execFileSync(python, ["-c", "import moto.server"], { stdio: "ignore", timeout: 20_000 });
    return python;
  } catch {
    return null;
  }
}
