import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { realParts } from "../support/real-parts.js";

/** A provider's schema in the words of `terraform providers schema -json`. */
export interface RealProvider {
  readonly provider: RealSchema;
  readonly resource_schemas: Readonly<Record<string, RealSchema>>;
  readonly data_source_schemas: Readonly<Record<string, RealSchema>>;
  readonly ephemeral_resource_schemas?: Readonly<Record<string, RealSchema>>;
}

export interface RealSchema {
  readonly block: RealBlock;
}

export interface RealBlock {
  readonly attributes?: Readonly<Record<string, RealAttribute>>;
  readonly block_types?: Readonly<Record<string, RealNestedBlock>>;
}

export interface RealAttribute {
  readonly type: unknown;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly write_only?: boolean;
}

export interface RealNestedBlock {
  readonly nesting_mode: string;
  readonly block: RealBlock;
  readonly min_items?: number;
  readonly max_items?: number;
}

/** The folder of `PROVIDER.json.gz` files that hold real schemas, if there is one. */
const FOLDER = realParts().providerSchemas;

/** Whether this machine knows the real schema of a provider. */
export function isKnown(provider: string): boolean {
  const { terraform, awsPlugin } = realParts();
  if (provider === "aws") return terraform !== null && awsPlugin !== null;
  return FOLDER !== null && existsSync(join(FOLDER, `${provider}.json.gz`));
}

let aws: RealProvider | undefined;

export function realProvider(provider: string): RealProvider {
  if (provider === "aws") {
    aws ??= askPlugin();
    return aws;
  }
  return JSON.parse(gunzipSync(readFileSync(join(FOLDER!, `${provider}.json.gz`))).toString("utf8")) as RealProvider;
}

function askPlugin(): RealProvider {
  const { terraform, awsPlugin } = realParts();
  const folder = mkdtempSync(join(tmpdir(), "coverstack-schemas-"));
  try {
    const settings = join(folder, "terraform.rc");
    writeFileSync(
      settings,
      `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(awsPlugin)} }\n}\n`,
    );
    writeFileSync(join(folder, "main.tf.json"), '{"terraform":{"required_providers":{"aws":{"source":"aws"}}}}');
    const run = (...words: string[]) =>
      execFileSync(terraform!, words, {
        cwd: folder,
        encoding: "utf8",
        maxBuffer: 2 ** 30,
        env: { ...process.env, TF_CLI_CONFIG_FILE: settings, CHECKPOINT_DISABLE: "1" },
      });
    run("init", "-input=false");
    const { provider_schemas } = JSON.parse(run("providers", "schema", "-json")) as {
      provider_schemas: Record<string, RealProvider>;
    };
    return Object.values(provider_schemas)[0];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
