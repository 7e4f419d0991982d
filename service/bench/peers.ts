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

export const xmlPeers: readonly Peer[] = [
  {
    name: "saxes",
    parse: (text) => {
      const parser = new SaxesParser();
      let lines = 0;
      parser.on("opentag", (tag) => {
        if (tag.name === "line" && Number(tag.attributes.number) > 0) lines++;
      });
      for (let at = 0; at < text.length; at += 65_536) parser.write(text.slice(at, at + 65_536));
      parser.close();
      return { lines };
    },
  },
  {
    name: "fast-xml-parser",
    parse: (text) => {
      const { XMLParser } = require("fast-xml-parser");
      let lines = 0;
      new XMLParser({
        ignoreAttributes: false,
        updateTag: (name: string) => {
          if (name === "line") lines++;
          return true;
        },
      }).parse(text);
      return { lines };
    },
  },
];
