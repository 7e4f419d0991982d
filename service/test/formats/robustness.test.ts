import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReports } from "../../fuzz/corpus.js";
import { makeInput } from "../../fuzz/input.js";
import { targetsFor } from "../../fuzz/targets.js";
import { FIXTURES } from "../support/fixtures.js";
import { cutAt, parse } from "../support/parsing.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const SEED = 20_261_321;
const INPUTS = 120;

const reports = readReports(FIXTURES);
const folder = temporaryFolder();

describe.each(reports.map((report) => [report.title, report] as const))("reading %s", (title, { format, bytes }) => {
  const whole = parse(format, bytes);

  it("finds something in the sample", () => {
    const files = (title.includes("/") && !title.startsWith("xcode/")) || title === "dlst" ? 1 : 2;
    expect(Object.keys(whole.files)).toHaveLength(files);
    expect(whole.fault).toBeNull();
  });

  it("does not depend on how the report is cut into chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), (places) => {
        expect(parse(format, cutAt(bytes, places))).toEqual(whole);
      }),
      { numRuns: 100 },
    );
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(parse(format, single)).toEqual(whole);
  });
});

/** What `npm run fuzz` does at length. */
describe("reading what was mutated", () => {
  const targets = targetsFor(reports);
  const samples = targets.flatMap((target) => target.samples);

  it.each(targets.map((target) => [target.name, target] as const))(
    "%s: ends, and gives either lines and totals that can be or the reason why not",
    async (_, target) => {
      const accepted = [];
      for (let seed = SEED; seed < SEED + INPUTS; seed++) {
        const { bytes, random } = makeInput(target, seed, samples);
        const read = target.read(bytes, random, folder).catch((error) => {
          throw new Error(`--only ${target.name} --seed ${seed}: ${error.message}`, { cause: error });
        });
        if (await read) accepted.push(seed);
      }
      // A target that refuses all inputs, or takes everything for right, tests nothing.
      expect(accepted.length).toBeGreaterThan(0);
      expect(accepted.length).toBeLessThan(INPUTS);
    },
  );
});
