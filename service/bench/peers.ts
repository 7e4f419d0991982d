import { createRequire } from "node:module";
import { SaxesParser } from "saxes";

const require = createRequire(import.meta.url);

interface PeerRecord {
  readonly lines: { readonly details: readonly { readonly hit: number }[] };
}

/** What a peer makes of a report: enough to see that it did the work. */
export interface PeerResult {
  readonly lines: number;
}

export interface Peer {
  readonly name: string;
  /** What the ratio to it has to be. @default none */
  readonly floor?: string | undefined;
  parse(text: string): PeerResult | Promise<PeerResult>;
}

export const lcovPeers: readonly Peer[] = [
  {
    name: "lcov-parse",
    parse: (text) =>
      new Promise((resolve, reject) => {
        const { source } = require("lcov-parse");
        source(text, (error: Error | null, records: readonly PeerRecord[]) =>
          error ? reject(error) : resolve({ lines: sum(records) }),
        );
      }),
  },
  {
    name: "parse-lcov",
    parse: (text) => ({ lines: sum(require("parse-lcov").default(text)) }),
  },
];

function sum(records: readonly PeerRecord[]): number {
  return records.reduce((lines, record) => lines + record.lines.details.length, 0);
}

/** @param numberAttribute what a `<line>` has its number in */
export function xmlPeers(numberAttribute: string, floors: Readonly<Record<string, string>> = {}): readonly Peer[] {
  return [
    { name: "saxes", floor: floors.saxes, parse: (text) => ({ lines: saxesLines(text, numberAttribute) }) },
    { name: "fast-xml-parser", floor: floors["fast-xml-parser"], parse: (text) => ({ lines: fastXmlLines(text) }) },
  ];
}

function saxesLines(text: string, numberAttribute: string): number {
  const parser = new SaxesParser();
  let lines = 0;
  parser.on("opentag", (tag) => {
    if (tag.name === "line" && Number(tag.attributes[numberAttribute]) > 0) lines++;
  });
  for (let at = 0; at < text.length; at += 65_536) parser.write(text.slice(at, at + 65_536));
  parser.close();
  return lines;
}

function fastXmlLines(text: string): number {
  const { XMLParser } = require("fast-xml-parser");
  let lines = 0;
  new XMLParser({
    ignoreAttributes: false,
    updateTag: (name: string) => {
      if (name === "line") lines++;
      return true;
    },
  }).parse(text);
  return lines;
}
