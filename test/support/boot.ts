import { parse } from "yaml";
import type { ComposeService } from "../../lib/workload/rendering/compose.js";
import { all, only, type Synthesised } from "./synth.js";

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

/** What machines boot with, wherever the cloud keeps it; of several groups the one that serves. */
export function bootOfServer(stack: Synthesised): Boot {
  const { locals = {} } = JSON.parse(stack.json) as { locals?: Record<string, unknown> };
  const templates = ["google_compute_instance_template", "google_compute_instance"].flatMap((type) =>
    all(stack, type).map(({ metadata }) => (metadata as Record<string, unknown>)["user-data"]),
  );
  const boots = [...Object.values(locals), ...templates].flatMap((text) => {
    // On its own, or the part of a message that has more in it.
    const config = String(text)
      .split(/^--part.*$/m)
      .map((part) => part.slice(part.indexOf("#cloud-config\n")));
    return config.filter((part) => part.startsWith("#cloud-config")).map((part) => readBoot(unescaped(part)));
  });
  const serving = boots.find(({ compose }) => compose.services.web !== undefined);
  if (!serving) throw new Error("no machine of the stack boots the web role");
  return serving;
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
