import { parse } from "yaml";
import type { ComposeService } from "../../lib/workload/rendering/compose.js";
import { only, type Synthesised } from "./synth.js";

/** A machine's boot configuration, read back out of a synthesised stack. */
export interface Boot {
  readonly text: string;
  readonly packages: readonly string[];
  readonly commands: readonly (readonly string[])[];
  /** Contents by file name without folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly compose: Compose;
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A compose file as Compose reads it: secrets are texts with `${NAME}` in them. */
export interface Compose {
  readonly version: string;
  readonly services: Readonly<Record<string, ComposeService & { readonly environment: Record<string, string> }>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export function bootOf(stack: Synthesised): Boot {
  const [, local] =
    /^\$\{base64gzip\(local\.(.+)\)\}$/.exec(String(only(stack, "aws_instance").user_data_base64)) ?? [];
  return readBoot(unescaped(String((JSON.parse(stack.json) as { locals: Record<string, unknown> }).locals[local])));
}

/** As the YAML 1.1 parsers of cloud-init and docker-compose read it. */
export function readBoot(text: string): Boot {
  const document = parse(text, { version: "1.1" }) as CloudConfig;
  const files = Object.fromEntries(document.write_files.map(({ path, content }) => [path.split("/").at(-1)!, content]));
  return {
    text,
    packages: document.packages,
    commands: document.runcmd,
    files,
    paths: document.write_files.map(({ path }) => path),
    compose: parse(files["docker-compose.yml"], { version: "1.1" }) as Compose,
    settings: parse(files["codecov.yml"], { version: "1.1" }) as Boot["settings"],
  };
}

interface CloudConfig {
  readonly packages: readonly string[];
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
  readonly runcmd: readonly (readonly string[])[];
}

/** What Terraform makes of its escapes. */
function unescaped(text: string): string {
  return text.replaceAll("$${", "${").replaceAll("%%{", "%{");
}
