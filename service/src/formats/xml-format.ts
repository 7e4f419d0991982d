import { FileLines } from "./file-lines.js";
import { NameReader } from "./names.js";
import type { CoverageSink, ParserLimits, ReportContext, ReportFormat } from "./parser.js";
import type { ParserOptions } from "./parser-options.js";
import { XmlScanner } from "./xml-scanner.js";
import type { XmlTag } from "./xml-tag.js";
import type { UsualReader } from "./xml-usual.js";

/** What a reader of an XML report works with. */
export interface XmlReport {
  readonly sink: CoverageSink;
  readonly lines: FileLines;
  readonly limits: ParserLimits;
  readonly options: ParserOptions;
  /** Value of an attribute that is a file's name, null when there is none. */
  fileName(tag: XmlTag, attribute: Uint8Array): string | null;
  /** Asks for the text of the element that is being opened. */
  captureText(): void;
}

/** Takes the elements of a report as they come by. */
export interface XmlReader {
  /** Takes elements that are written as usual, so that `open` and `close` never see them. */
  readonly usual?: UsualReader;
  open(tag: XmlTag): void;
  close?(tag: XmlTag): void;
  text?(text: string): void;
  /** The document is over. */
  end?(): void;
}

/** A format whose reports are XML: the scanner finds the elements, `reader` knows what they mean. */
export function xmlFormat(name: string, reader: (report: XmlReport) => XmlReader): ReportFormat {
  return { name, parser: (sink, limits, context) => xmlParser(sink, limits, context, reader) };
}

function xmlParser(
  sink: CoverageSink,
  limits: ParserLimits,
  { options }: ReportContext,
  makeReader: (report: XmlReport) => XmlReader,
) {
  const lines = new FileLines(sink, limits);
  const names = new NameReader(sink);
  const reader = makeReader({
    sink,
    lines,
    limits,
    options,
    fileName(tag, attribute) {
      const index = tag.find(attribute);
      return index < 0 ? null : names.read(tag.valueBytes(index));
    },
    captureText: () => scanner.captureText(),
  });
  const scanner = new XmlScanner(
    {
      open: (tag) => reader.open(tag),
      close: (tag) => reader.close?.(tag),
      text: (text) => reader.text?.(text),
    },
    limits,
    reader.usual,
  );
  return {
    write: (chunk: Buffer) => scanner.write(chunk),
    end() {
      const missing = scanner.end();
      reader.end?.();
      if (missing !== null) sink.note(`${missing}: what came until then was read`);
      lines.end();
    },
  };
}
