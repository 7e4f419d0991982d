import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonChoice, JsonSplitter } from "../../src/formats/json-splitter.js";
import { CorruptReportError } from "../../src/formats/parser.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { cutAt } from "../support/parsing.js";

/** Values below `depth` keys, taken whole, by their keys. */
function split(chunks: readonly Buffer[], depth: number, limits = DEFAULT_LIMITS) {
  const taken: Record<string, unknown> = {};
  const splitter = new JsonSplitter(
    {
      choose: (path) => (path.length < depth ? JsonChoice.Enter : JsonChoice.Take),
      value(path, bytes) {
        taken[JSON.stringify(path)] = JSON.parse(bytes.toString());
      },
    },
    limits,
  );
  for (const chunk of chunks) splitter.write(chunk);
  return { taken, missing: splitter.end() };
}

/** The same, of a value that is at hand. */
function expected(value: unknown, depth: number, path: readonly string[] = []): Record<string, unknown> {
  if (depth === path.length || typeof value !== "object" || value === null) {
    return depth === path.length ? { [JSON.stringify(path)]: value } : {};
  }
  return Object.assign({}, ...Object.entries(value).map(([key, member]) => expected(member, depth, [...path, key])));
}

/** Lists of numbers are read in a way of their own: what looks like them, and is not, has to be among them. */
const nearlyNumbers = (depth: number): fc.Arbitrary<unknown[]> => {
  const scalar = fc.oneof({ weight: 4, arbitrary: fc.integer() }, fc.constantFrom("b", "", 'a":1', "]", "\\", null));
  if (depth === 0) return fc.array(scalar, { maxLength: 4 });
  const deeper = nearlyNumbers(depth - 1);
  return fc.array(fc.oneof({ weight: 2, arbitrary: scalar }, deeper, fc.record({ x: deeper })), { maxLength: 4 });
};
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(fc.constantFrom("a", "b", "files", 'c":', "d\\"), fc.oneof(nearlyNumbers(2), fc.integer()), {
    maxKeys: 4,
  }),
);

describe("taking JSON apart", () => {
  it("gives every value below so many keys, however the document is cut", () => {
    fc.assert(
      fc.property(anyValue, fc.nat({ max: 3 }), fc.array(fc.nat(), { maxLength: 6 }), (value, depth, places) => {
        const bytes = Buffer.from(JSON.stringify(value, null, places.length % 3));
        const { taken, missing } = split(cutAt(bytes, places), depth);
        expect(missing).toBeNull();
        for (const [path, member] of Object.entries(expected(value, depth)))
          expect(taken[path]).toEqual(JSON.parse(JSON.stringify(member)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '{"a":[[1],"b"],"files":{"c":1}}',
    '{"a":[[1], "b" ],"files":[]}',
    '{"a":[[[1]],"b:",[2]],"files":[1]}',
    '{"a":[[1],"]"]}',
  ])("finds the end of a list of lists that has texts behind them: %s", (text) => {
    expect(split([Buffer.from(text)], 1)).toEqual({ taken: expected(JSON.parse(text), 1), missing: null });
  });

  it("says where a document is not well-formed", () => {
    for (const [text, at] of [
      ['{"a" 1}', 5],
      ["{a:1}", 1],
      ['{"a":1 "b"}', 7],
      ["[1]]", 3],
    ] as const) {
      expect(() => split([Buffer.from(text)], 2)).toThrow(`was expected at byte ${at}`);
    }
  });

  it("says that a document ends too early", () => {
    expect(split([Buffer.from('{"a":[1')], 1).missing).toBe("the JSON ends before its values are closed");
  });

  it("refuses values that are nested deeper or longer than allowed", () => {
    const deep = Buffer.from(`{"a":${"[".repeat(300)}`);
    expect(() => split([deep], 1)).toThrow(CorruptReportError);
    expect(() => split([deep], 400)).toThrow("nested deeper than 256");
    const long = Array.from({ length: 40 }, () => Buffer.alloc(1000, " "));
    const limits = { ...DEFAULT_LIMITS, lineBytes: 10_000 };
    expect(() => split([Buffer.from('{"a":['), ...long], 1, limits)).toThrow(
      "the value of a is longer than 10000 bytes",
    );
  });
});
