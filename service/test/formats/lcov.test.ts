import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lcov } from "../../src/formats/lcov.js";
import { LimitExceededError } from "../../src/formats/parser.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import { LineKind } from "../../src/report/file-coverage.js";
import type { Line } from "../support/coverage.js";
import { parse, values } from "../support/parsing.js";

/** Values of a single record's lines. */
function record(name: string, ...lines: string[]) {
  return values(parse(lcov, `TN:\nSF:${name}\n${lines.join("\n")}\nend_of_record\n`).files[name] ?? []);
}

/** Lines of a single record. */
function linesOfRecord(name: string, ...lines: string[]) {
  return parse(lcov, `SF:${name}\n${lines.join("\n")}\nend_of_record\n`).files[name];
}

describe("LCOV: DA records", () => {
  it("give lines their hits; a checksum is passed over", () => {
    expect(record("a.c", "DA:1,1", "DA:2,0,46ba21aa66ea047aced7130c2760d7d4", "DA:3,12")).toEqual({
      1: 1,
      2: 0,
      3: 12,
    });
  });

  it("may have a count in scientific notation, with decimals or a sign", () => {
    expect(record("a.c", "DA:1,1e3", "DA:2,2.9", "DA:3,+4", "DA:4,1.5E+2")).toEqual({ 1: 1000, 2: 2, 3: 4, 4: 150 });
  });

  it("may have spaces around their numbers", () => {
    expect(record("a.c", "DA:12, 5", "DA: 13,6", "DA:14 , 7 ,x")).toEqual({ 12: 5, 13: 6, 14: 7 });
  });

  it("count a negative number as 0", () => {
    expect(record("a.c", "DA:1,-1", "DA:2,-77")).toEqual({ 1: 0, 2: 0 });
  });

  it.each(["DA:0,1", "DA:01,1", "DA:null,1", "DA:undefined,1", "DA:,1", "DA:-3,1", "DA:x,1", "DA:99999999999,1"])(
    "are skipped and noted without a usable line number: %s",
    (line) => {
      const { files, notes } = parse(lcov, `SF:a.c\n${line}\nDA:7,1\nend_of_record\n`);
      expect(values(files["a.c"])).toEqual({ 7: 1 });
      expect(notes).toEqual(["1 × DA record without a usable line number"]);
    },
  );

  it.each([
    "DA:1,=",
    "DA:1,=1",
    "DA:1,skipped",
    "DA:1,undefined",
    "DA:1,",
    "DA:1",
    "DA:1,1x",
    "DA:1,nan",
    "DA:1,1e999",
  ])("are skipped and noted without a usable count: %s", (line) => {
    const { files, notes } = parse(lcov, `SF:a.c\n${line}\nDA:7,1\nend_of_record\n`);
    expect(values(files["a.c"])).toEqual({ 7: 1 });
    expect(notes).toEqual(["1 × DA record without a usable count"]);
  });

  it("may come in any order, and several times for a line: the greatest count stays", () => {
    expect(record("a.c", "DA:9,1", "DA:2,0", "DA:2,3", "DA:2,1", "DA:9,0")).toEqual({ 2: 3, 9: 1 });
  });

  it("may have huge counts", () => {
    expect(record("a.c", "DA:1,18446744073709551615")[1]).toBeGreaterThan(1e19);
  });
});

describe("LCOV: BRDA records", () => {
  it("replace the line's count by a ratio, whose missing branches are named block:branch", () => {
    const lines = linesOfRecord("a.c", "BRDA:3,0,0,5", "BRDA:3,0,1,0", "BRDA:3,1,0,-", "DA:3,5", "DA:4,1");
    expect(lines).toEqual([
      { line: 3, value: "1/3", kind: LineKind.Branch, missing: ["0:1", "1:0"] },
      { line: 4, value: 1, kind: LineKind.Line },
    ]);
  });

  it("make a line of their own where there is no DA record", () => {
    expect(record("a.c", "BRDA:3,0,0,1", "BRDA:3,0,1,1", "DA:9,1", "BRDA:12,0,0,-")).toEqual({
      3: "2/2",
      9: 1,
      12: "0/1",
    });
  });

  it("list nothing where every branch was taken", () => {
    expect(linesOfRecord("a.c", "DA:1,1", "BRDA:1,0,0,1", "BRDA:1,0,1,2")).toEqual([
      { line: 1, value: "2/2", kind: LineKind.Branch },
    ]);
  });

  it("count once per branch: the last record of a branch says whether it was taken", () => {
    expect(record("a.c", "BRDA:1,0,0,1", "BRDA:1,0,1,1", "BRDA:1,0,0,0")).toEqual({ 1: "1/2" });
    expect(record("a.c", "BRDA:1,0,5,0", "BRDA:1,0,1,0", "BRDA:1,0,5,3")).toEqual({ 1: "1/2" });
  });

  it("may come in any order of lines", () => {
    expect(record("a.c", "BRDA:9,0,0,1", "BRDA:2,1,0,0", "BRDA:9,0,1,0", "BRDA:2,1,1,1")).toEqual({
      2: "1/2",
      9: "1/2",
    });
  });

  it("are not read in .js files", () => {
    expect(record("a.js", "DA:1,1", "BRDA:1,0,0,1", "BRDA:1,0,1,0", "BRDA:2,0,0,0")).toEqual({ 1: 1 });
  });

  it("are not read on line 1 of .ts files", () => {
    expect(record("a.ts", "DA:1,1", "DA:2,1", "BRDA:1,0,0,0", "BRDA:2,0,0,0")).toEqual({ 1: 1, 2: "0/1" });
    expect(record("a.ts", "DA:1,1", "BRDA:1,e0,0,0")).toEqual({ 1: 1 });
    expect(record("a.tsx", "DA:1,1", "BRDA:1,0,0,0")).toEqual({ 1: "0/1" });
  });

  it("are not read on line 0, which is no slip", () => {
    const { files, notes } = parse(lcov, "SF:a.c\nBRDA:0,0,0,1\nDA:3,1\nend_of_record\n");
    expect(values(files["a.c"])).toEqual({ 3: 1 });
    expect(notes).toEqual([]);
  });

  it.each(["BRDA:,0,0,1", "BRDA:-3,0,0,1", "BRDA:x,0,0,1", "BRDA:99999999999,0,0,1"])(
    "without a usable line number are skipped and noted: %s",
    (line) => {
      const { files, notes } = parse(lcov, `SF:a.c\n${line}\nDA:3,1\nend_of_record\n`);
      expect(values(files["a.c"])).toEqual({ 3: 1 });
      expect(notes.join()).toMatch(/BRDA record without a usable line number/);
    },
  );

  it("make of each line what its records say, in whatever order and with whatever counts they come", () => {
    const count = fc.record({ line: fc.integer({ min: 1, max: 12 }), hits: fc.nat(3) });
    const branch = fc.record({
      line: fc.integer({ min: 1, max: 12 }),
      block: fc.nat(12),
      number: fc.nat(2),
      taken: fc.nat(1),
    });
    fc.assert(
      fc.property(fc.array(count), fc.array(branch, { maxLength: 40 }), (counts, branches) => {
        const expected = new Map<number, Line>();
        for (const { line, hits } of [...counts].sort((a, b) => a.hits - b.hits)) {
          expected.set(line, { line, value: hits, kind: LineKind.Line });
        }
        for (const line of new Set(branches.map((one) => one.line))) {
          const taken = new Map<string, number>();
          for (const one of branches) if (one.line === line) taken.set(`${one.block}:${one.number}`, one.taken);
          const missing = [...taken.keys()].filter((id) => taken.get(id) === 0).sort();
          const value = `${taken.size - missing.length}/${taken.size}`;
          expected.set(line, { line, value, kind: LineKind.Branch, ...(missing.length > 0 && { missing }) });
        }
        const lines = linesOfRecord(
          "a.c",
          ...branches.map(({ line, block, number, taken }) => `BRDA:${line},${block},${number},${taken}`),
          ...counts.map(({ line, hits }) => `DA:${line},${hits}`),
        );
        expect(lines ?? []).toEqual([...expected.values()].sort((a, b) => a.line - b.line));
      }),
      { numRuns: 300 },
    );
  });

  it("may name exceptions, expressions and numbers of any length", () => {
    const lines = linesOfRecord(
      "a.c",
      "BRDA:1,e0,0,-",
      "BRDA:1,0,f(a, b) == 1,0",
      "BRDA:1,4294967295,1048576,0",
      "BRDA:1,12345678901234567890,0,0",
      "BRDA:1,007,0,0",
      "BRDA:1,0,1,1",
    );
    expect(lines).toEqual([
      {
        line: 1,
        value: "1/6",
        kind: LineKind.Branch,
        missing: ["007:0", "0:f(a; b) == 1", "12345678901234567890:0", "4294967295:1048576", "e0:0"],
      },
    ]);
  });

  it("may not have names that are longer than are kept", () => {
    const name = "x".repeat(1024 * 1024);
    const chunks = Array.from({ length: 40 }, (_, at) => Buffer.from(`BRDA:1,${at}${name},0,0\n`));
    expect(() => parse(lcov, [Buffer.from("SF:a.c\n"), ...chunks])).toThrow(
      "a file has names of branches of more than 33554432 characters together, the most allowed",
    );
  });

  it("with too few fields are skipped and noted", () => {
    const { files, notes } = parse(lcov, "SF:a.c\nBRDA:1,0\nBRDA:2,0,1\nDA:1,1\nend_of_record\n");
    expect(values(files["a.c"])).toEqual({ 1: 1 });
    expect(notes).toEqual(["2 × BRDA record with too few fields"]);
  });

  it("take time that grows with their number, also when all are on one line", () => {
    const branches = Array.from({ length: 200_000 }, (_, branch) => `BRDA:1,0,${branch % 100_000},${branch % 2}`);
    const started = performance.now();
    expect(record("a.c", branches.join("\n"))).toEqual({ 1: "50000/100000" });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("LCOV: FN records", () => {
  it("make a line with branches a method; a line without branches stays a line", () => {
    expect(
      linesOfRecord("a.c", "FN:1,main", "FN:5,12,other", "DA:1,1", "DA:5,1", "BRDA:5,0,0,1", "FNDA:1,main"),
    ).toEqual([
      { line: 1, value: 1, kind: LineKind.Line },
      { line: 5, value: "1/1", kind: LineKind.Method },
    ]);
  });

  it("of mangled names drop the line's branches in .cpp files", () => {
    const lines = ["FN:2,_ZN3fooEv", "FN:3,_GLOBAL__sub", "FN:4,main", "DA:2,1", "DA:3,1", "DA:4,1"];
    const branches = ["BRDA:2,0,0,0", "BRDA:3,0,0,0", "BRDA:4,0,0,0"];
    expect(record("a.cpp", ...lines, ...branches)).toEqual({ 2: 1, 3: 1, 4: "0/1" });
    expect(record("a.cc", ...lines, ...branches)).toEqual({ 2: "0/1", 3: "0/1", 4: "0/1" });
  });
});

describe("LCOV: records and files", () => {
  it("pass over what they do not need", () => {
    const rest = ["VER:1", "FNF:1", "FNH:1", "FNL:0,1,2", "LF:1", "LH:1", "BRF:0", "BRH:0", "nonsense", "", ":", "DA"];
    expect(record("a.c", ...rest, "DA:1,1")).toEqual({ 1: 1 });
  });

  it("of the same file are merged", () => {
    const { files } = parse(lcov, "SF:a.c\nDA:1,0\nend_of_record\nSF:a.c\nDA:1,2\nDA:2,0\nend_of_record\n");
    expect(values(files["a.c"])).toEqual({ 1: 2, 2: 0 });
  });

  it("may end with CR LF, and the last without a line end", () => {
    const report = "TN:\r\nSF:a b.c\r\nDA:1,1\r\nDA:2,0,x\r\nBRDA:2,0,0,-\r\nBRDA:2,0,1,7\r\nend_of_record";
    expect(values(parse(lcov, report).files["a b.c"])).toEqual({ 1: 1, 2: "1/2" });
  });

  it("that follow each other without end_of_record are kept apart", () => {
    const { files } = parse(lcov, "SF:a.c\nDA:1,1\nSF:b.c\nDA:2,1\nend_of_record\n");
    expect(Object.keys(files)).toEqual(["a.c", "b.c"]);
  });

  it("that break off are kept as far as they came, and noted", () => {
    const { files, notes } = parse(lcov, "SF:a.c\nDA:1,1\nend_of_record\nSF:b.c\nDA:2,1\nDA:3");
    expect(values(files["b.c"])).toEqual({ 2: 1 });
    expect(notes).toEqual([
      "the report ends within the record of b.c: end_of_record is missing",
      "1 × DA record without a usable count",
    ]);
  });

  it("outside of a file are passed over", () => {
    expect(parse(lcov, "DA:1,1\nBRDA:1,0,0,1\nFN:1,x\nend_of_record\nSF:a.c\nDA:2,1\nend_of_record\n").files).toEqual({
      "a.c": [{ line: 2, value: 1, kind: LineKind.Line }],
    });
  });

  it("may have names that are not UTF-8, and bytes of 0", () => {
    const report = Buffer.concat([
      Buffer.from("SF:b\xe4r.c\nDA:1,1\nend_of_record\nSF:", "latin1"),
      Buffer.from("z\0.c\nDA:1,\0\nDA:2,1\nend_of_record\n"),
    ]);
    const { files, notes } = parse(lcov, report);
    expect(Object.keys(files)).toEqual(["b\ufffdr.c", "z\0.c"]);
    expect(notes[0]).toContain("not UTF-8");
  });

  it("may not have lines longer than the limit", () => {
    const { fault, files } = parse(lcov, `SF:a.c\nDA:1,1\nend_of_record\nSF:${"x".repeat(5000)}\n`, {
      lineBytes: 1000,
    });
    expect(fault).toBeNull();
    expect(Object.keys(files)[0]).toBe("a.c");
    const chunks = ["SF:a.c\nDA:1,1\nend_of_record\nSF:", "x".repeat(900), "x".repeat(900)].map((part) =>
      Buffer.from(part),
    );
    expect(parse(lcov, chunks, { lineBytes: 1000 }).fault).toBe(
      "a line is longer than 1000 bytes, the most that setup.limits.line_bytes allows",
    );
  });

  it("may not go on for more lines than the limit", () => {
    const lines = Array.from({ length: 50 }, (_, line) => `DA:${line + 1},1`);
    expect(() => parse(lcov, `SF:a.c\n${lines.join("\n")}\n`, { lines: 49 })).toThrow(LimitExceededError);
  });
});

describe("LCOV with partials_as_hits", () => {
  const options = { ...DEFAULT_PARSER_OPTIONS, lcov: { partialsAsHits: true } };

  it("counts a line of which only some branches were taken as hit once, and as a plain line", () => {
    const report =
      "SF:a.c\nFN:1,f\nDA:1,5\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nDA:2,5\nBRDA:2,0,0,1\nDA:3,0\nBRDA:3,0,0,0\nend_of_record\n";
    expect(parse(lcov, report, {}, { options }).files["a.c"]).toEqual([
      { line: 1, value: 1, kind: LineKind.Line },
      { line: 2, value: "1/1", kind: LineKind.Branch },
      { line: 3, value: "0/1", kind: LineKind.Branch, missing: ["0:0"] },
    ]);
  });
});

describe("LCOV records in unusual forms", () => {
  it("mean the same branch as in the usual one", () => {
    expect(record("a.c", "DA:1,1", "BRDA:1,0,0,1", "BRDA:1,0,1,0 ", "BRDA:1,0,1,1")).toEqual({ 1: "2/2" });
  });

  it("mean the same as in the usual ones", () => {
    const count = fc.record({ line: fc.integer({ min: 1, max: 40 }), hits: fc.nat(3000), odd: fc.boolean() });
    const branch = fc.record({
      line: fc.integer({ min: 1, max: 40 }),
      block: fc.nat(3),
      number: fc.nat(4),
      taken: fc.nat(12),
      odd: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(count), fc.array(branch), (counts, branches) => {
        const usual = [
          ...counts.map(({ line, hits }) => `DA:${line},${hits}`),
          ...branches.map(({ line, block, number, taken }) => `BRDA:${line},${block},${number},${taken}`),
        ];
        const unusual = [
          ...counts.map(({ line, hits, odd }) => (odd ? `DA:${line},${hits}.5` : `DA:${line},${hits},sum`)),
          ...branches.map(({ line, block, number, taken, odd }) =>
            odd ? `BRDA:${line},${block},${number},${taken} ` : `BRDA:${line},${block},${number},${taken}\r`,
          ),
        ];
        expect(linesOfRecord("a.c", ...unusual)).toEqual(linesOfRecord("a.c", ...usual));
      }),
    );
  });
});
