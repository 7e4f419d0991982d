import { describe, expect, it } from "vitest";
import { cobertura } from "../../src/formats/cobertura.js";
import { lcov } from "../../src/formats/lcov.js";
import { numberIn } from "../../src/formats/xml-values.js";
import { parse, values } from "../support/parsing.js";
import { within } from "../support/within.js";

describe("a number in an attribute", () => {
  it.each<[string, number]>([
    ["7", 7],
    [" -7.50 ", -7.5],
    ["+.5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["", Number.NaN],
    [".", Number.NaN],
    ["1.2.3", Number.NaN],
    ["0x10", Number.NaN],
    ["Infinity", Number.NaN],
    ["1e999", Number.NaN],
  ])("that reads %j is %d", (text, number) => expect(numberIn(text)).toBe(number));

  it.each([
    ["9", "x"],
    ["1.", "x"],
    [" ", "x"],
  ])("is told from %j over and over and %j at once", (start, end) => {
    expect(within(1000, () => numberIn(`${start.repeat(500_000)}${end}`))).toBeNaN();
  });
});

describe("hits with more digits than a number has", () => {
  const endless = "9".repeat(400);

  it.each(["DA:2,", "DA:2,1e"])("are no count of LCOV after %s", (start) => {
    const { files, notes } = parse(lcov, `SF:a\nDA:1,3\n${start}${endless}\nend_of_record\n`);
    expect(values(files.a)).toEqual({ 1: 3 });
    expect(notes).toEqual(["1 × DA record without a usable count"]);
  });

  it.each([`hits="${endless}"`, `hits = "${endless}"`])("are none of Cobertura, written as usual or not", (hits) => {
    const { files, notes } = parse(
      cobertura,
      `<coverage><class filename="a"><lines><line number="1" hits="3"/><line number="2" ${hits}/></lines></class></coverage>`,
    );
    expect(values(files.a)).toEqual({ 1: 3 });
    expect(notes).toEqual(["1 × line without a usable number of hits"]);
  });
});
