import { readReports } from "./corpus.js";
import { makeInput } from "./input.js";
import { targetsFor } from "./targets.js";
import type { Message, Outcome } from "./watch.js";

/**
 * Reads the inputs of one target and tells its parent, which watches, what became of each:
 * `child.js TARGET FIXTURES TEMPORARY_FOLDER SEED INPUTS`.
 */
const [name, fixtures, temporaryFolder, seed, inputs] = process.argv.slice(2);
const targets = targetsFor(readReports(fixtures));
const samples = targets.flatMap((target) => target.samples);
const target = targets.find((one) => one.name === name);
if (target === undefined) throw new Error(`there is no target ${name}`);

await tell("ready");
for (let index = 0; index < Number(inputs); index++) await tell(await outcomeOf(Number(seed) + index));
process.disconnect();

async function outcomeOf(inputSeed: number): Promise<Outcome> {
  const { bytes, random } = makeInput(target!, inputSeed, samples);
  let accepted = false;
  let failure: string | null = null;
  const start = process.cpuUsage();
  try {
    accepted = await target!.read(bytes, random, temporaryFolder);
  } catch (error) {
    failure = (error instanceof Error && error.stack) || String(error);
  }
  const { user, system } = process.cpuUsage(start);
  return { accepted, failure, milliseconds: (user + system) / 1000, mebibytes: process.resourceUsage().maxRSS / 1024 };
}

/** Waits until it is sent: the parent is to know which input is being read, also when that one never ends. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
