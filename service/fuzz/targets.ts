import type { Random } from "../bench/random.js";
import { cliBody, legacyBody, type Report } from "./corpus.js";
import { readDiffText, readYaml } from "./read-documents.js";
import { readReport } from "./read-report.js";
import { readUpload, readWholeUpload } from "./read-upload.js";
import { DIFFS, YAMLS } from "./samples.js";

/** One input in so many also goes through detection and the whole ingestion. */
const WHOLE = 8;

/** Something that reads what users send. */
export interface Target {
  /** Of the format, "upload", "yaml" or "diff". */
  readonly name: string;
  /** What inputs are made from. */
  readonly samples: readonly Buffer[];
  /**
   * Reads an input, in one of the ways in which it may come.
   * @returns whether it was accepted; false: refused, as it should be
   * @throws what no input may cause
   */
  read(input: Buffer, random: Random, temporaryFolder: string): Promise<boolean>;
}

export function targetsFor(reports: readonly Report[]): readonly Target[] {
  const formats = [...new Set(reports.map(({ format }) => format))];
  const parsers = formats.map((format): Target => {
    const samples = reports.filter((report) => report.format === format).map(({ bytes }) => bytes);
    return {
      name: format.name,
      samples,
      async read(input, random, temporaryFolder) {
        const accepted = readReport(format, input, random);
        if (random.below(WHOLE) === 0) await readWholeUpload(input, random, temporaryFolder);
        return accepted;
      },
    };
  });
  const small = reports.map(({ bytes }) => bytes).filter(({ length }) => length < 4096);
  const bodies = small.flatMap((bytes, index) => {
    const other = small[(index + 1) % small.length];
    return [true, false].flatMap((withLists) =>
      [legacyBody, cliBody].map((bodyOf) => bodyOf([bytes, other], withLists)),
    );
  });
  return [
    ...parsers,
    { name: "upload", samples: bodies, read: readUpload },
    { name: "yaml", samples: YAMLS.map((text) => Buffer.from(text)), read: readYaml },
    { name: "diff", samples: DIFFS.map((text) => Buffer.from(text)), read: readDiffText },
  ];
}
