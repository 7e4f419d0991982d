import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { App } from "cdktf";
import { RehearsalError } from "./rehearsal-error.js";

/** A synthesised stack as it lies in the output folder. */
export interface SynthesisedStack {
  readonly name: string;
  /** The folder of its configuration and assets. */
  readonly folder: string;
  readonly configuration: Configuration;
  /** Names of the stacks that come first. */
  readonly dependencies: readonly string[];
}

type Named = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The parts of Terraform's JSON configuration that a rehearsal looks at. */
export interface Configuration {
  readonly terraform?: {
    readonly required_providers?: Readonly<Record<string, { readonly source?: string }>>;
    readonly backend?: Named;
  };
  readonly resource?: Readonly<Record<string, Named>>;
  readonly data?: Readonly<Record<string, Named>>;
  readonly ephemeral?: Readonly<Record<string, Named>>;
  readonly module?: Named;
  readonly [block: string]: unknown;
}

/**
 * Reads stacks and what they depend on, dependencies first.
 *
 * @param source an app, which is synthesised, or a folder that `cdktf synth` has written
 * @param names stacks to read; all when none is named
 */
export function readStacks(source: App | string, names: readonly string[] = []): readonly SynthesisedStack[] {
  const folder = typeof source === "string" ? source : source.outdir;
  if (typeof source !== "string") source.synth();
  const stacks = readManifest(folder);
  const ordered = new Map<string, SynthesisedStack>();
  const visit = (name: string): void => {
    const entry = stacks[name];
    if (entry === undefined) {
      throw new RehearsalError(
        `${folder} holds no stack ${name}; it holds ${Object.keys(stacks).join(", ") || "none"}`,
      );
    }
    if (ordered.has(name)) return;
    for (const dependency of entry.dependencies) visit(dependency);
    const path = join(folder, entry.synthesizedStackPath);
    const configuration = JSON.parse(readFileSync(path, "utf8")) as Configuration;
    ordered.set(name, { name, folder: dirname(path), configuration, dependencies: entry.dependencies });
  };
  for (const name of names.length > 0 ? names : Object.keys(stacks)) visit(name);
  return [...ordered.values()];
}

interface ManifestEntry {
  readonly synthesizedStackPath: string;
  readonly dependencies: readonly string[];
}

function readManifest(folder: string): Readonly<Record<string, ManifestEntry>> {
  try {
    const { stacks } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifests;
    return stacks;
  } catch {
    throw new RehearsalError(`${folder} holds no synthesised stacks; run cdktf synth first`);
  }
}

interface Manifests {
  readonly stacks: Readonly<Record<string, ManifestEntry>>;
}
