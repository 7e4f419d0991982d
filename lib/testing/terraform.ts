import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { type Diagnostic, RehearsalError } from "./rehearsal-error.js";

/** Write-only arguments and ephemeral resources are complete from this version on. */
const FIRST_VERSION = [1, 11];
const FIX = "install it from https://developer.hashicorp.com/terraform/install, or name it in COVERSTACK_TERRAFORM";

/** A line of Terraform's own account of a run. */
export interface TerraformEvent {
  readonly type: string;
  readonly hook?: { readonly resource: EventResource; readonly action: string };
  readonly change?: { readonly resource: EventResource; readonly action: string };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
  readonly diagnostic?: Diagnostic & { readonly severity: string };
}

interface EventResource {
  readonly addr: string;
  readonly resource_type: string;
}

/** The `terraform` program of this machine. */
export class Terraform {
  private constructor(private readonly path: string) {}

  /** @throws RehearsalError when there is none, or it is too old */
  static async find(environment: NodeJS.ProcessEnv = process.env): Promise<Terraform> {
    const path = locate(environment);
    const terraform = new Terraform(path);
    const { output } = await terraform.run(["version", "-json"], process.cwd(), { CHECKPOINT_DISABLE: "1" });
    const version = /"terraform_version": *"([\d.]+)/.exec(output)?.[1];
    if (version === undefined) throw new RehearsalError(`${path} does not tell its version; ${FIX}`);
    const [major, minor] = version.split(".").map(Number);
    if (major < FIRST_VERSION[0] || (major === FIRST_VERSION[0] && minor < FIRST_VERSION[1])) {
      throw new RehearsalError(
        `${path} is Terraform ${version}, a rehearsal needs ${FIRST_VERSION.join(".")} or newer; ${FIX}`,
      );
    }
    return terraform;
  }

  /** Runs to the end, however it ends. */
  async run(
    words: readonly string[],
    cwd: string,
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void = () => {},
  ): Promise<{ readonly status: number | null; readonly output: string; readonly errors: string }> {
    const child = spawn(this.path, words, { cwd, env: { ...withoutTerraformSettings(process.env), ...environment } });
    const lines: string[] = [];
    const reading = createInterface({ input: child.stdout });
    reading.on("line", (line) => {
      lines.push(line);
      onLine(line);
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const read = new Promise((resolve) => reading.once("close", resolve));
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once("error", (error) => reject(new RehearsalError(`${this.path} does not run: ${error.message}; ${FIX}`)));
      child.once("close", resolve);
    });
    await read;
    return { status, output: lines.join("\n"), errors };
  }
}

function locate({ COVERSTACK_TERRAFORM: named, PATH = "" }: NodeJS.ProcessEnv): string {
  const candidates = named ? [named] : PATH.split(delimiter).map((folder) => join(folder, "terraform"));
  const path = candidates.find(isProgram);
  if (path !== undefined) return path;
  const where = named ? `COVERSTACK_TERRAFORM names ${named}, which is no program` : "terraform is not on the PATH";
  throw new RehearsalError(`a rehearsal needs Terraform ${FIRST_VERSION.join(".")} or newer, and ${where}; ${FIX}`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A rehearsal is the same on every machine; values of variables are the one thing that it takes from outside. */
function withoutTerraformSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^TF_(?!VAR_)/.test(name)));
}

export function readEvent(line: string): TerraformEvent | undefined {
  try {
    return JSON.parse(line) as TerraformEvent;
  } catch {
    return undefined;
  }
}
