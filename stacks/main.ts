import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { App, TerraformStack } from "cdktf";
import { CoverstackError } from "../lib/index.js";
import type { CloudModule, Site, StrategyModule } from "./module.js";
import { SettingsError, SettingsFile, type StackKind } from "./settings.js";
import { type KeysElsewhere, optional } from "./shape.js";
import { type BuiltStack, renderSummaries, summarise } from "./summary.js";

const HELP = `Synthesises a Terraform stack from each settings file.

  npm run synth -- [SETTINGS.yaml …] [--out FOLDER] [--json | --quiet]

  SETTINGS.yaml  one stack each, named after its file   default: COVERSTACK_SETTINGS, else stacks/settings/*.yaml
  --out FOLDER   where stacks/NAME/cdk.tf.json goes     default: CDKTF_OUTDIR, else cdktf.out
  --json         a list of the stacks for machines instead of a table
  --quiet        nothing, unless it fails
  --help         this text
`;

/** Strategies and clouds are loaded when a stack asks for them: bindings are most of the start-up. */
const STRATEGIES: Record<StackKind["strategy"], () => Promise<StrategyModule>> = {
  "single-vm": async () => (await import("./strategies/single-vm.js")).singleVm,
  "load-balanced": async () => (await import("./strategies/load-balanced.js")).loadBalanced,
  kubernetes: async () => (await import("./strategies/kubernetes.js")).kubernetes,
};
const CLOUDS: Record<StackKind["cloud"], () => Promise<CloudModule>> = {
  aws: async () => (await import("./clouds/aws.js")).aws,
  gcp: async () => (await import("./clouds/gcp.js")).gcp,
  azure: async () => (await import("./clouds/azure.js")).azure,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string" },
      json: { type: "boolean" },
      quiet: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.out !== undefined) mkdirSync(values.out, { recursive: true });
  const app = new App(values.out === undefined ? {} : { outdir: values.out });
  const built: BuiltStack[] = [];
  for (const path of settingsFiles(positionals)) built.push(...(await build(app, path)));
  app.synth();
  if (values.quiet) return;
  const summaries = built.map((stack) => summarise(app, stack));
  process.stdout.write(values.json ? `${JSON.stringify(summaries, null, 2)}\n` : renderSummaries(summaries));
}

async function build(app: App, path: string): Promise<readonly BuiltStack[]> {
  const file = new SettingsFile(path, readSettings(path));
  const { strategy, cloud } = file.kind();
  const cloudModule = await CLOUDS[cloud]();
  const { fields, onCluster, build } = await STRATEGIES[strategy]();
  const cluster = onCluster && { cluster: optional(cloudModule.clusterShape) };
  const known = { ...fields, ...cloudModule.fields, ...cluster };
  const settings = file.read(known, file.hasOnly(known) ? {} : await keysElsewhere());
  const name = stackName(basename(path).replace(/\.ya?ml$/, ""), `${path}: the file's name`);
  const site: Site = {
    stack(suffix, ownName) {
      const own = ownName === undefined ? undefined : stackName(ownName, `${path}: 'platformStack'`);
      const stack = new TerraformStack(app, own ?? (suffix === undefined ? name : `${name}-${suffix}`));
      return { stack, ...cloudModule.connect(stack, settings, ownName === undefined ? suffix : undefined) };
    },
  };
  try {
    return build(site, settings).map((filled) => ({ strategy, cloud, settings: path, ...filled }));
  } catch (error) {
    if (error instanceof CoverstackError) throw new SettingsError(`${path}: ${error.message}`);
    throw error;
  }
}

/** Whose each key is; loads every strategy and cloud, so only for who wrote a key that is none. */
async function keysElsewhere(): Promise<KeysElsewhere> {
  const owners: Record<string, string[]> = {};
  const strategies = Object.entries(STRATEGIES).map(async ([name, load]) => {
    const { fields, onCluster } = await load();
    return [name, [...Object.keys(fields), ...(onCluster ? ["cluster"] : [])]] as const;
  });
  const clouds = Object.entries(CLOUDS).map(
    async ([name, load]) => [name, Object.keys((await load()).fields)] as const,
  );
  for (const [owner, keys] of await Promise.all([...strategies, ...clouds])) {
    for (const key of keys) owners[key] = [...(owners[key] ?? []), owner];
  }
  return owners;
}

/** Refuses a name that Terraform, or a cloud, would stumble over. */
function stackName(name: string, what: string): string {
  if (/^[a-z][\w-]{0,62}$/i.test(name)) return name;
  const allowed = "letters, digits, '-' and '_', beginning with a letter, at most 63";
  throw new SettingsError(`${what} is no name for a stack, got ${JSON.stringify(name)}; allowed: ${allowed}`);
}

function settingsFiles(named: readonly string[]): readonly string[] {
  if (named.length > 0) return named;
  if (process.env.COVERSTACK_SETTINGS) return [process.env.COVERSTACK_SETTINGS];
  const folder = join("stacks", "settings");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => join(folder, name));
}

function readSettings(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new SettingsError(`${path}: cannot be read; name a settings file, or copy one from stacks/settings`);
  }
}

main().catch((error: unknown) => {
  const isExpected =
    error instanceof SettingsError || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`${isExpected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
});
