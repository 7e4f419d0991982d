import { describe, expect, it } from "vitest";
import { Random } from "../../bench/random.js";
import { fill, setAll } from "../../fuzz/mutate.js";

const seeds = Array.from({ length: 200 }, (_, seed) => 7919 * (seed + 1));

function outcomes(mutation: (bytes: Buffer, random: Random) => Buffer, report: string): string[] {
  return seeds.map((seed) => mutation(Buffer.from(report), new Random(seed)).toString());
}

describe("filling an input", () => {
  it.each([
    ['<a><l n="1"/><m n="2">x</m></a>', /(?:<l n="1"\/>){500}/],
    ['<a><l n="1"/><m n="2">x</m></a>', /(?:<m n="2">x<\/m>){500}/],
    ['{"a":[{"b":1},{"b":2}]}', /(?:\{"b":1\},){500}\{"b":2\}/],
    ["SF:a\nDA:1,2\nend_of_record\n", /(?:DA:1,2\n){500}/],
  ])("repeats an item of %j", (report, expected) => {
    expect(outcomes(fill, report).filter((filled) => expected.test(filled))).not.toEqual([]);
  });

  it("goes up to its most bytes at times, and no further", () => {
    const lengths = outcomes(fill, "DA:1,2\nDA:3,4\n").map(({ length }) => length);
    expect(Math.max(...lengths)).toBeGreaterThan(255 * 1024);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256 * 1024);
  });

  it("leaves what has no item as it is", () => expect(new Set(outcomes(fill, "abc"))).toEqual(new Set(["abc"])));
});

describe("setting all numbers of a key", () => {
  it.each([
    ['{"s":{"line":1},"e":{"line": 2,"line":3}}', '{"s":{"line":67108863},"e":{"line": 2,"line":67108863}}'],
    ['<l n="1" h="2"/><l n="3" h="4"/>', '<l n="67108863" h="2"/><l n="67108863" h="4"/>'],
    ["\nDA:1,2\nDA:3,4", "\nDA:67108863,2\nDA:67108863,4"],
  ])("makes of %j, among others, %j", (report, expected) => expect(outcomes(setAll, report)).toContain(expected));
});
