import { FileLines } from "./file-lines.js";
import type { CoverageSink, ReportFormat } from "./parser.js";
import type { ParserOptions } from "./parser-options.js";
import { WholeLines } from "./whole-lines.js";

/** What a reader of a report of text lines works with. */
export interface TextReport {
  readonly sink: CoverageSink;
  readonly lines: FileLines;
  /** Name of the report's own file, null when the client gave none. */
  readonly reportName: string | null;
  readonly options: ParserOptions;
}

/** Takes the lines of a report, without their ends, as they come by. */
export interface TextReader {
  /** @throws CorruptReportError */
  read(line: string): void;
  /** The report is over. */
  end?(): void;
}

/** A format whose reports are lines of text that say something each. */
export function textFormat(name: string, makeReader: (report: TextReport) => TextReader): ReportFormat {
  return {
    name,
    parser(sink, limits, context) {
      const lines = new FileLines(sink, limits);
      const reader = makeReader({ sink, lines, ...context });
      const whole = new WholeLines(limits.lineBytes, (bytes, start, end) => {
        for (let p = start; p < end; ) {
          const next = bytes.indexOf(0x0a, p) + 1;
          const last = bytes[next - 2] === 0x0d && next - 2 >= p ? next - 2 : next - 1;
          reader.read(bytes.toString("utf8", p, last));
          p = next;
        }
      });
      return {
        write: (chunk) => whole.write(chunk),
        end() {
          whole.end();
          reader.end?.();
          lines.end();
        },
      };
    },
  };
}
