import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readReports } from "./corpus.js";
import { makeInput } from "./input.js";
import { type Target, targetsFor } from "./targets.js";
import { type Failure, type Tally, watch } from "./watch.js";

const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../../../test/fixtures", import.meta.url));

const DEFAULT_INPUTS = 200_000;
const DEFAULT_SEED = 20_261_127;
const DEFAULT_SECONDS = 1;
const MOST_MEBIBYTES = 1024;
const PROGRESS_MILLISECONDS = 10_000;

const targets = targetsFor(readReports(FIXTURES));
const samples = targets.flatMap((target) => target.samples);

const USAGE = `Usage: npm run fuzz [-- OPTIONS]

Reads mutated reports, upload bodies, yaml files and diffs. Prints one JSON line per format. An input that crashes,
takes too long or too much memory, or is accepted with totals that cannot be, is saved, and ends with status 1.

  --inputs N        inputs of all formats together (default ${DEFAULT_INPUTS})
  --seed N          of the first input of each format; each one after it has the next (default ${DEFAULT_SEED})
  --only FORMAT     one of: ${targets.map(({ name }) => name).join(", ")}
  --seconds-each N  of the processor's time that an input may take (default ${DEFAULT_SECONDS})
  --help
`;

interface Options {
  readonly targets: readonly Target[];
  readonly inputs: number;
  readonly seed: number;
  readonly seconds: number;
}

/** @throws with what is wrong with the arguments; null when only help is asked for */
function options(): Options | null {
  const { values } = parseArgs({
    options: {
      inputs: { type: "string", default: String(DEFAULT_INPUTS) },
      seed: { type: "string", default: String(DEFAULT_SEED) },
      only: { type: "string" },
      "seconds-each": { type: "string", default: String(DEFAULT_SECONDS) },
      help: { type: "boolean" },
    },
  });
  if (values.help) return null;
  const { only } = values;
  const chosen = targets.filter(({ name }) => only === undefined || only === name);
  if (chosen.length === 0) throw new Error(`there is no format ${only}; see --help for those that there are`);
  return {
    targets: chosen,
    inputs: whole("--inputs", values.inputs, 1),
    seed: whole("--seed", values.seed, 0),
    seconds: positive("--seconds-each", values["seconds-each"]),
  };
}

function whole(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`${option} is a whole number from ${least} on, not ${text}`);
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`${option} is a number above 0, not ${text}`);
}

async function fuzz({ targets: chosen, inputs, seed, seconds }: Options): Promise<void> {
  console.error(`${inputs} inputs from seed ${seed} on`);
  const each = Math.ceil(inputs / chosen.length);
  const tallies = new Map<string, Tally>();
  const temporaryFolder = mkdtempSync(join(tmpdir(), "coverstack-fuzz-"));
  const progress = setInterval(() => {
    const done = [...tallies.values()].reduce((sum, tally) => sum + tally.inputs, 0);
    console.error(`${done} of ${each * chosen.length} inputs`);
  }, PROGRESS_MILLISECONDS);
  const waiting = [...chosen];
  const lane = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const current = target;
      const tally = { inputs: 0, accepted: 0, refused: 0, slowestMilliseconds: 0, peakMiB: 0 };
      tallies.set(target.name, tally);
      const watched = {
        program: CHILD,
        args: [target.name, FIXTURES, temporaryFolder],
        seed,
        inputs: each,
        mostMilliseconds: 1000 * seconds,
        mostMebibytes: MOST_MEBIBYTES,
      };
      await watch(watched, tally, (failure) => report(current, failure));
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
  } finally {
    clearInterval(progress);
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
  for (const { name } of chosen) console.log(line(name, tallies.get(name)!));
  const total = [...tallies.values()].reduce((sum, tally) => sum + tally.inputs, 0);
  console.error(failures === null ? `passed: none of ${total} inputs failed` : `failed: the inputs are in ${failures}`);
}

function line(format: string, tally: Tally): string {
  const { slowestMilliseconds, peakMiB } = tally;
  const rounded = { slowestMilliseconds: Math.round(slowestMilliseconds), peakMiB: Math.round(peakMiB) };
  return JSON.stringify({ format, ...tally, ...rounded });
}

let failures: string | null = null;

/** Saves the input, and says how to have it read again. */
function report(target: Target, { seed, reason }: Failure): void {
  failures ??= mkdtempSync(join(tmpdir(), "coverstack-fuzz-failures-"));
  const file = join(failures, `${target.name}-${seed}`);
  writeFileSync(file, makeInput(target, seed, samples).bytes);
  console.error(`${target.name}: ${reason}
  the input is ${file}
  again: npm run fuzz -- --only ${target.name} --seed ${seed} --inputs 1`);
  process.exitCode = 1;
}

try {
  const given = options();
  if (given === null) console.log(USAGE);
  else await fuzz(given);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
