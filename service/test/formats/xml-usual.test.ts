import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clover } from "../../src/formats/clover.js";
import { UsualClover } from "../../src/formats/clover-usual.js";
import { cobertura } from "../../src/formats/cobertura.js";
import { CoberturaLines } from "../../src/formats/cobertura-lines.js";
import { UsualLines } from "../../src/formats/cobertura-usual.js";
import { jacoco } from "../../src/formats/jacoco.js";
import { UsualJacoco } from "../../src/formats/jacoco-usual.js";
import type { ReportFormat } from "../../src/formats/parser.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import type { UsualReader } from "../../src/formats/xml-usual.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { cutAt, parse } from "../support/parsing.js";

/** Far from the end of what there is, where usual readers leave the last elements to the scanner. */
const REST = `<!-- ${"-".repeat(100)}> -->`;
const NUMBERS = ["0", "1", "7", "007", "42", "123456789", "9876543210", "-1", "2.5", "x", "", " 3", "3 "];
const number = fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 30 }).map(String) }, fc.constantFrom(...NUMBERS));

/** Attributes of a tag, each there or not, in any order and with any spacing; now and then twice, or an unknown one. */
function tag(
  element: string,
  values: Readonly<Record<string, fc.Arbitrary<string>>>,
  content: fc.Arbitrary<string> = fc.constant(""),
) {
  const names = Object.keys(values);
  const all = fc.tuple(...names.map((name) => values[name].map((value) => [name, value] as const)));
  const inOrder = all.chain((attributes) => fc.constantFrom(attributes, attributes, attributes.slice(0, 2)));
  const mixed = all.chain((attributes) =>
    fc.shuffledSubarray([...attributes, ...attributes.slice(0, 1), ["unknown", 'a="'] as const]),
  );
  const attributes = fc.oneof({ weight: 3, arbitrary: inOrder }, mixed);
  const space = fc.constantFrom(" ", " ", " ", "  ", "\n\t", "");
  return fc.record({ attributes, content, space, end: fc.constantFrom("", "", " ", "\n") }).map((parts) => {
    const written = (equals: string) => {
      const list = parts.attributes.map(
        ([name, value], at) => `${at === 0 ? " " : parts.space}${name}${equals}"${value.replaceAll('"', "&quot;")}"`,
      );
      const children = parts.content.replaceAll('="', `${equals}"`);
      const close = children === "" ? "/>" : `>${children}</${element}>`;
      return `<${element}${list.join("")}${parts.end}${close}`;
    };
    // The scanner alone takes white space before the equals sign.
    return [written("="), written(" =")] as const;
  });
}

const condition = tag("condition", {
  number,
  type: fc.constantFrom("jump", "switch", "a,b", "&lt;"),
  coverage: fc.constantFrom("100%", "50%", "0%", ""),
});
const conditions = fc
  .array(condition, { maxLength: 3 })
  .map((list) => `\n  <conditions>\n    ${list.map(([usual]) => usual).join("\n    ")}</conditions>\n`);
const word = fc.constantFrom("true", "true", "true", "false", "True", "False", "TRUE", "yes");
const ratio = fc.constantFrom("50% (1/2)", "50% (2/4)", "0% (0/3)", "100% (2/2)", "(0/0)", "1/2", "");

const FORMATS: readonly [ReportFormat, (lines: string) => string, fc.Arbitrary<readonly [string, string]>][] = [
  [
    cobertura,
    (lines) => `<coverage><class filename="a.py">${lines}</class>${REST}</coverage>`,
    tag(
      "line",
      {
        number,
        hits: number,
        branch: word,
        "condition-coverage": ratio,
        "missing-branches": fc.constantFrom("", "", "3", "exit,exit", "4,7"),
      },
      fc.oneof({ weight: 4, arbitrary: conditions }, fc.constantFrom("", " ", "<x/>")),
    ),
  ],
  [
    jacoco,
    (lines) =>
      `<report><package name="p"><class name="p/A"><method line="3">${lines}</method></class><sourcefile name="A.java">${lines}</sourcefile></package>${REST}</report>`,
    fc.oneof(
      tag("line", { nr: number, mi: number, ci: number, mb: number, cb: number }),
      tag("counter", { type: fc.constantFrom("LINE", "COMPLEXITY"), missed: number, covered: number }),
    ),
  ],
  [
    clover,
    (lines) =>
      `<coverage generated="1"><file name="a.php">${lines}</file><file name="a.js">${lines}</file>${REST}</coverage>`,
    tag("line", {
      num: number,
      count: number,
      type: fc.constantFrom("stmt", "cond", "method", "other"),
      truecount: number,
      falsecount: number,
    }),
  ],
];

describe.each(FORMATS)("what is written as usual", (format, report, line) => {
  it(`is read as the scanner reads it, wherever it is cut: ${format.name}`, () => {
    const between = fc.constantFrom("\n", "\n        ", "", " ", "\r\n\t", " text ", "<!-- -->");
    const lines = fc.array(fc.tuple(line, between), { maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.array(fc.nat(), { maxLength: 4 }), (list, places) => {
        const [usual, unusual] = [0, 1].map((way) => report(list.map(([tags, text]) => tags[way] + text).join("")));
        const expected = parse(format, unusual);
        expect(parse(format, usual)).toEqual(expected);
        expect(parse(format, cutAt(Buffer.from(usual), places))).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});

describe("readers of usual spellings", () => {
  /** How much of a text such a reader takes. */
  function taken(reader: UsualReader, text: string): string {
    const bytes = Buffer.from(text + REST);
    return text.slice(0, reader.read(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0));
  }
  const lines = new CoberturaLines(DEFAULT_LIMITS, DEFAULT_PARSER_OPTIONS.cobertura);
  const nothing = { line() {}, complexity() {}, statement() {}, condition() {} };

  it.each<[string, UsualReader, string]>([
    [
      "Cobertura",
      new UsualLines(lines),
      '<line number="3" hits="1"/>\n        <line hits="0" number="4" branch="false" />',
    ],
    [
      "Cobertura with branches",
      new UsualLines(lines),
      `<line number="3" hits="1" branch="true" condition-coverage="50% (1/2)" missing-branches="7"/><line number="4" branch="True" hits="0" condition-coverage="0% (0/2)">
        <conditions>
          <condition number="0" type="jump" coverage="0%"/>
        </conditions>
      </line>`,
    ],
    [
      "JaCoCo",
      new UsualJacoco(nothing),
      '<line nr="3" mi="0" ci="2" mb="0" cb="0"/><counter type="COMPLEXITY" missed="0" covered="2"/>',
    ],
    [
      "Clover",
      new UsualClover(nothing),
      '<line num="3" type="stmt" count="2"/>\n<line num="4" count="1" type="cond" truecount="1" falsecount="0"/>',
    ],
  ])("take all of %s", (_, reader, text) => {
    expect(taken(reader, text)).toBe(text);
  });

  it("stop before the first element that is written in another way, or not there whole", () => {
    const usual = '<line number="3" hits="1"/>';
    for (const other of [
      "<line number='4' hits='1'/>",
      '<lines number="4"/>',
      '<line number="4" hits="1"',
      '<line number="1"/>',
    ]) {
      expect(taken(new UsualLines(lines), usual + other)).toBe(usual);
    }
    expect(new UsualLines(lines).read(Buffer.from(usual), new DataView(new ArrayBuffer(usual.length)), 0)).toBe(0);
  });
});
