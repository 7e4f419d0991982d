import { describe, expect, it } from "vitest";
import { CorruptReportError } from "../../src/formats/parser.js";
import { XmlScanner } from "../../src/formats/xml-scanner.js";
import type { XmlTag } from "../../src/formats/xml-tag.js";

const LIMITS = { lineBytes: 10_000, depth: 100, lines: 1000, files: 1000 };

/** What happens in a document, in a form that reads well; the text of every `<t>` is asked for. */
function events(xml: string | Buffer, chunkBytes = Number.POSITIVE_INFINITY): string[] {
  const found: string[] = [];
  const attributes = (tag: XmlTag) =>
    Array.from({ length: tag.count }, (_, index) => ` ${tag.valueBytes(index).toString()}`).join("");
  const scanner = new XmlScanner(
    {
      open(tag) {
        found.push(`${tag.name}${attributes(tag)}${tag.empty ? "/" : ""}`);
        if (tag.is(Buffer.from("t"))) scanner.captureText();
      },
      close: (tag) => found.push(`/${tag.name}`),
      text: (text) => found.push(`"${text}"`),
    },
    LIMITS,
  );
  const bytes = Buffer.from(xml as string);
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.write(bytes.subarray(at, at + chunkBytes));
  const missing = scanner.end();
  return missing === null ? found : [...found, missing];
}

describe("the XML scanner", () => {
  it.each<[string, string, string[]]>([
    ["tags and attributes", "<a x=\"1\" y='2'><b/></a >", ["a 1 2", "b/", "/a"]],
    ["white space anywhere in a tag", '<a\n x = "1"\t\ny="2"\n/>', ["a 1 2/"]],
    ["> and / in a value", '<a x="a>b/c"/>', ["a a>b/c/"]],
    ["< in a value", '<a x="<init>"/>', ["a <init>/"]],
    ["comments with tags in them", "<a><!-- <b> -- > --><c/></a>", ["a", "c/", "/a"]],
    ["character data with tags in it", "<a><![CDATA[ <b> ]] > ]]><c/></a>", ["a", "c/", "/a"]],
    ["processing instructions", '<?xml version="1.0"?><a><?x <b> ?></a>', ["a", "/a"]],
    ["a document type", '<!DOCTYPE a SYSTEM "x>y"><a/>', ["a/"]],
    [
      "a document type with declarations",
      '<!DOCTYPE a [<!ELEMENT a (b)> <!-- ]> --> <!ATTLIST a x CDATA "]>">]><a/>',
      ["a/"],
    ],
    ["text that is asked for", "<t>x &amp; y</t><t/><t><b/>z</t>", ["t", '"x & y"', "/t", "t/", "t", '""', "b/", "/t"]],
    ["character data in text", "<t>x<![CDATA[<y>]]>z</t>", ["t", '"x<y>z"', "/t"]],
    ["a stray < in text", "<a>1 < 2 <3 <<b/></a>", ["a", "b/", "/a"]],
    [
      "values without quotes, attributes without values",
      "<a x=1 y z=2>",
      ["a 1 2", "the XML ends at depth 1, before its elements are closed"],
    ],
    ["end tags that fit nothing", "</a><b/></c>", ["/a", "b/", "/c"]],
    ["names that are not ASCII", '<ä ö="ü"/>', ["ä ü/"]],
  ])("finds %s", (_, xml, expected) => {
    expect(events(xml)).toEqual(expected);
    expect(events(xml, 1)).toEqual(expected);
  });

  it("says when nothing, or not all, of a document came", () => {
    expect(events("no xml")).toEqual(["the XML has no element"]);
    expect(events("<a><b>")).toEqual(["a", "b", "the XML ends at depth 2, before its elements are closed"]);
    expect(events('<a><b x="')).toEqual(["a", "the XML ends at depth 1, before its elements are closed"]);
  });

  it.each([
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a/>',
    '<!DOCTYPE a [ <!-- --> <!entity x "y">]><a/>',
  ])("refuses to read documents that declare entities: %s", (xml) => {
    expect(() => events(xml)).toThrow("the document declares an XML entity, which is not allowed in a report");
    expect(() => events(xml, 1)).toThrow(CorruptReportError);
  });

  it("leaves references to entities that nobody declared as they are", () => {
    expect(events('<a x="&x;&#x110000;&#65;&#0;"/>')).toEqual(["a &x;&#x110000;A\0/"]);
  });

  it("refuses elements nested deeper than the limit, ten thousand of them or one too many", () => {
    expect(() => events("<a>".repeat(10_000))).toThrow("elements are nested deeper than 100 at <a>");
    expect(() => events("<a>".repeat(101))).toThrow(CorruptReportError);
    expect(events("<a>".repeat(100) + "</a>".repeat(100))).toHaveLength(200);
  });

  it.each([
    `<a x="${"y".repeat(20_000)}`,
    `<!-- ${"y".repeat(20_000)}`,
    `<!DOCTYPE ${"y".repeat(20_000)}`,
    `<a ${"y ".repeat(10_000)}`,
  ])("refuses tokens longer than the limit", (xml) => {
    expect(() => events(xml)).toThrow(/at byte 0 is longer than 10000 bytes/);
    expect(() => events(xml, 100)).toThrow(CorruptReportError);
  });

  it("refuses texts longer than the limit", () => {
    expect(() => events(`<t>${"y".repeat(20_000)}</t>`, 100)).toThrow("a text is longer than 10000 bytes");
  });

  it.each([100, 5000])(
    "finds a tag that ends %i bytes behind the chunk that it begins in, and what follows",
    (bytes) => {
      const before = "<b/>".repeat(1980);
      const start = '<a x="';
      const value = "y".repeat(8000 - before.length - start.length + bytes);
      const xml = `${before}${start}${value}"/>${"<c/>".repeat(1000)}`;
      expect(events(xml, 8000)).toEqual([...Array(1980).fill("b/"), `a ${value}/`, ...Array(1000).fill("c/")]);
    },
  );

  it("takes time that grows with the length, also for a token that comes byte by byte", () => {
    const xml = `<a x="${">".repeat(9000)}"/>`;
    const started = performance.now();
    for (let times = 0; times < 20; times++) expect(events(xml, 1)).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
