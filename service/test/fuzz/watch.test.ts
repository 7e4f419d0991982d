import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Failure, type Tally, watch } from "../../fuzz/watch.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();

/** Watches a program in which reading the input with each seed does what is given; others are accepted. */
async function watched(reading: Readonly<Record<number, string>>, inputs: number) {
  const program = join(folder, `${crypto.randomUUID()}.mjs`);
  const cases = Object.entries(reading).map(([seed, does]) => `case ${seed}: { ${does} break; }`);
  writeFileSync(
    program,
    `const [seed, inputs] = process.argv.slice(2).map(Number);
    const tell = (message) => new Promise((resolve) => process.send(message, resolve));
    await tell("ready");
    for (let at = seed; at < seed + inputs; at++) {
      const outcome = { accepted: true, failure: null, milliseconds: 1, mebibytes: 50 };
      switch (at) { ${cases.join("\n")} }
      await tell(outcome);
    }
    process.disconnect();`,
  );
  const tally: Tally = { inputs: 0, accepted: 0, refused: 0, slowestMilliseconds: 0, peakMiB: 0 };
  const failures: Failure[] = [];
  const limits = { mostMilliseconds: 150, mostMebibytes: 500 };
  await watch({ program, args: [], seed: 1, inputs, ...limits }, tally, (failure) => failures.push(failure));
  return { tally, failures };
}

describe("watching a process that reads", () => {
  it("counts what was accepted and refused, the slowest and the most memory", async () => {
    const { tally, failures } = await watched({ 2: "outcome.accepted = false;", 3: "outcome.milliseconds = 7;" }, 4);
    expect(failures).toEqual([]);
    expect(tally).toEqual({ inputs: 4, accepted: 3, refused: 1, slowestMilliseconds: 7, peakMiB: 50 });
  });

  it.each([
    ["never ends", "for (;;);", "has not ended after 1500 ms"],
    ["takes too long", "outcome.milliseconds = 151;", "took 151 ms"],
    ["takes too much memory", "outcome.mebibytes = 501;", "took 501 MiB"],
    ["throws", 'outcome.failure = "Error: a slip";', "Error: a slip"],
    ["ends the process", "process.exit(3);", "the process ended with status 3"],
    ["crashes the process", 'process.kill(process.pid, "SIGSEGV");', "the process ended with SIGSEGV"],
  ])("tells of an input that %s, and goes on behind it", async (_, does, reason) => {
    const { tally, failures } = await watched({ 3: does }, 5);
    expect(failures).toEqual([{ seed: 3, reason: expect.stringContaining(reason) }]);
    expect(tally).toMatchObject({ inputs: 5, accepted: 4, refused: 0 });
  });

  it("gives up a program that fails over and over", async () => {
    const reading = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [at + 1, 'outcome.failure = "no";']));
    const { tally, failures } = await watched(reading, 50);
    expect(failures).toHaveLength(20);
    expect(tally.inputs).toBe(20);
  });
});
