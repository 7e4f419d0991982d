import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realParts } from "./real-parts.js";

/**
 * What the real Terraform objects to in a synthesised stack: init and validate, offline, with the provider found on
 * this machine.
 */
export function terraformObjections(json: string): readonly string[] {
  const { terraform, awsPlugin } = realParts();
  const folder = mkdtempSync(join(tmpdir(), "coverstack-terraform-"));
  try {
    const configuration = join(folder, "terraform.rc");
    writeFileSync(
      configuration,
      `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(awsPlugin)} }\n}\n`,
    );
    writeFileSync(join(folder, "cdk.tf.json"), json);
    const run = (...words: string[]) =>
      spawnSync(terraform!, words, {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, TF_CLI_CONFIG_FILE: configuration, CHECKPOINT_DISABLE: "1" },
      });
    const init = run("init", "-backend=false", "-input=false", "-no-color");
    if (init.status !== 0) return [init.stderr];
    const { diagnostics } = JSON.parse(run("validate", "-json").stdout) as { diagnostics: Diagnostic[] };
    return diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
}
