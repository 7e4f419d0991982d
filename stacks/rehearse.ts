import { parseArgs } from "node:util";
import { type Operation, Rehearsal, RehearsalError } from "../lib/testing/index.js";
import { readStacks, type SynthesisedStack } from "../lib/testing/synthesised-stacks.js";

const HELP = `Applies synthesised stacks with the real Terraform against simulated clouds, offline: apply, a second plan that must
be empty, destroy. Stacks that depend on each other are rehearsed together.

  npm run rehearse -- [STACK…] [--from FOLDER | --fail] [--json] [--out FOLDER]

  STACK          a stack's name                                   default: all that are synthesised
  --from FOLDER  stacks as they are deployed, from npm run synth -- SETTINGS.yaml --out FOLDER: those of the same names are
                 applied first and then changed, and what that replaces or deletes is listed
  --fail         also has every resource type refused once, and applies until all is there
  --json         a list of the results for machines instead of a table
  --out FOLDER   where npm run synth put the stacks               default: CDKTF_OUTDIR, else cdktf.out
  --help         this text

Needs Terraform 1.11 or newer on the PATH or in COVERSTACK_TERRAFORM. Exits with 1 when any stack fails.
`;

/** How the rehearsal of a group of stacks went, as \`--json\` prints it. */
interface Result {
  readonly stacks: readonly string[];
  readonly seconds: number;
  readonly created: number;
  readonly destroyed: number;
  /** Types that were refused once. */
  readonly refused: readonly string[];
  /** Addresses, when there was something before. */
  readonly lost?: { readonly replaced: readonly string[]; readonly deleted: readonly string[] };
  readonly error?: string;
}

type Group = readonly SynthesisedStack[];

interface Options {
  readonly fail: boolean;
  /** Where the stacks are as they were, and which of the group were there. */
  readonly from?: string;
  readonly earlier?: readonly string[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: "string" },
      fail: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      out: { type: "string", default: process.env.CDKTF_OUTDIR || "cdktf.out" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { from, fail } = values;
  if (from !== undefined && fail) throw new RehearsalError("--from and --fail exclude each other");
  const stacks = stacksIn(values.out, positionals);
  const before = from === undefined ? [] : stacksIn(from).filter(({ name }) => stacks.some((now) => now.name === name));
  if (from !== undefined && before.length === 0) {
    throw new RehearsalError(`${from} and ${values.out} have no stack of the same name`);
  }
  const results: Result[] = [];
  for (const group of groups(stacks)) {
    const earlier = before.filter(({ name }) => group.some((now) => now.name === name)).map(({ name }) => name);
    const result = await rehearse(values.out, group, { fail, ...(from && earlier.length > 0 && { from, earlier }) });
    process.stderr.write(`${line(result)}\n`);
    results.push(result);
  }
  process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : render(results));
  if (results.some(({ error }) => error !== undefined)) process.exitCode = 1;
}

/** @throws RehearsalError that says how stacks get there */
function stacksIn(folder: string, names: readonly string[] = []): Group {
  try {
    return readStacks(folder, names);
  } catch (error) {
    if (!(error instanceof RehearsalError)) throw error;
    const fix = "npm run synth -- SETTINGS.yaml writes the stacks of a settings file; then rehearse";
    throw new RehearsalError(`${error.message}\n${fix}`);
  }
}

async function rehearse(folder: string, group: Group, { fail, from, earlier }: Options): Promise<Result> {
  const stacks = group.map(({ name }) => name);
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 100) / 10;
  const operations: Operation[] = [];
  const refused: string[] = [];
  const count = (action: Operation["action"]) => operations.filter((operation) => operation.action === action).length;
  let changed: readonly Operation[] | undefined;
  const result = () => ({
    stacks,
    seconds: seconds(),
    created: count("create"),
    destroyed: count("delete"),
    refused,
    ...(changed && { lost: lost(changed) }),
  });
  let rehearsal: Rehearsal | undefined;
  try {
    rehearsal = await Rehearsal.of(from ?? folder, { stacks: earlier ?? stacks });
    if (from !== undefined) {
      operations.push(...(await rehearsal.apply()));
      await rehearsal.change(folder, { stacks });
    }
    if (fail) {
      refused.push(...typesOf(group));
      operations.push(...(await refuseEachType(rehearsal, refused)));
    }
    const applied = await rehearsal.apply();
    operations.push(...applied);
    if (from !== undefined) changed = applied;
    const left = await rehearsal.plan();
    if (left.length > 0) {
      const changes = left.map(({ action, address }) => `${action} ${address}`);
      throw new RehearsalError(`a second plan is not empty: ${changes.join(", ")}`);
    }
    operations.push(...(await rehearsal.destroy({ force: true })));
    return result();
  } catch (error) {
    if (!(error instanceof RehearsalError)) throw error;
    operations.push(...error.operations);
    return { ...result(), error: error.message };
  } finally {
    await rehearsal?.close();
  }
}

/** Every round goes as far as the refusals of that round let it, and meets those of the types behind them in the next. */
async function refuseEachType(rehearsal: Rehearsal, types: readonly string[]): Promise<readonly Operation[]> {
  for (const type of types) rehearsal.failOnce(type);
  const done: Operation[] = [];
  for (let left = types.length; left > 0; ) {
    const error = await refusedApply(rehearsal);
    const [refused, own] = partition(error.diagnostics, ({ summary }) => summary.startsWith("refused this once"));
    if (own.length > 0 || refused.length === 0) throw error;
    left -= refused.length;
    done.push(...error.operations);
  }
  return done;
}

async function refusedApply(rehearsal: Rehearsal): Promise<RehearsalError> {
  try {
    await rehearsal.apply();
  } catch (error) {
    if (error instanceof RehearsalError) return error;
    throw error;
  }
  throw new RehearsalError("an apply went through although a resource type had still to be refused");
}

/** What a change took away; a replacement is there again. */
function lost(operations: readonly Operation[]): NonNullable<Result["lost"]> {
  const addresses = (action: Operation["action"]) =>
    operations
      .filter((operation) => operation.action === action)
      .map(({ stack, address }) => `${stack}: ${address}`)
      .sort();
  const created = addresses("create");
  const [replaced, deleted] = partition(addresses("delete"), (address) => created.includes(address));
  return { replaced, deleted };
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** Stacks that belong together, each group with what it depends on. */
function groups(stacks: readonly SynthesisedStack[]): readonly Group[] {
  let groups: readonly Group[] = [];
  // Dependencies come first, so a stack's own are in groups already.
  for (const stack of stacks) {
    const [joined, apart] = partition(groups, (group) => group.some(({ name }) => stack.dependencies.includes(name)));
    groups = [...apart, [...joined.flat(), stack]];
  }
  return groups;
}

/** Types that a simulated cloud can refuse. */
function typesOf(group: Group): readonly string[] {
  const types = new Set(group.flatMap(({ configuration }) => Object.keys(configuration.resource ?? {})));
  return [...types].filter((type) => !type.startsWith("terraform_")).sort();
}

function line({ stacks, seconds, created, destroyed, refused, error }: Result): string {
  const refusals = refused.length > 0 ? `, ${refused.length} types refused once` : "";
  const outcome = error === undefined ? "ok" : `FAILED: ${error}`;
  return `${stacks.join(" + ")}: ${seconds} s, ${created} created, ${destroyed} destroyed${refusals}: ${outcome}`;
}

function render(results: readonly Result[]): string {
  const rows = results.map(({ stacks, seconds, created, destroyed, refused, error }) => [
    stacks.join(" + "),
    `${seconds}`,
    `${created}`,
    `${destroyed}`,
    `${refused.length}`,
    error === undefined ? "ok" : "FAILED",
  ]);
  const table = [["stacks", "seconds", "created", "destroyed", "types refused", "result"], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...results.flatMap(losses)].map((line) => `${line}\n`).join("");
}

function losses({ stacks, lost }: Result): readonly string[] {
  if (lost === undefined) return [];
  const { replaced, deleted } = lost;
  const all = [...replaced.map((what) => `  replaced  ${what}`), ...deleted.map((what) => `  deleted   ${what}`)];
  const heading = `the change of ${stacks.join(" + ")} replaces ${replaced.length} and deletes ${deleted.length}`;
  return ["", all.length > 0 ? `${heading}:` : heading, ...all];
}

main().catch((error: unknown) => {
  const isExpected =
    error instanceof RehearsalError || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`${isExpected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
});
