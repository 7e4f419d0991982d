import { FileLines } from "./file-lines.js";
import { type JsonHandler, JsonSplitter } from "./json-splitter.js";
import type { CoverageSink, ParserLimits, ReportFormat } from "./parser.js";
import type { ParserOptions } from "./parser-options.js";

/** What a reader of a JSON report works with. */
export interface JsonReport {
  readonly sink: CoverageSink;
  readonly limits: ParserLimits;
  readonly lines: FileLines;
  readonly options: ParserOptions;
}

/** Takes the values of a report as they come by. */
export interface JsonReader extends JsonHandler {
  /** The document is over. */
  end?(): void;
}

/** A format whose reports are JSON: the splitter finds the values, `reader` knows what they mean. */
export function jsonFormat(name: string, makeReader: (report: JsonReport) => JsonReader): ReportFormat {
  return {
    name,
    parser(sink, limits, { options }) {
      const lines = new FileLines(sink, limits);
      const reader = makeReader({ sink, limits, lines, options });
      const splitter = new JsonSplitter(reader, limits);
      return {
        write: (chunk) => splitter.write(chunk),
        end() {
          const missing = splitter.end();
          reader.end?.();
          if (missing !== null) sink.note(`${missing}: what came until then was read`);
          lines.end();
        },
      };
    },
  };
}
