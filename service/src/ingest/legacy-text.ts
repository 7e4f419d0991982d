import { StringDecoder } from "node:string_decoder";
import { withoutLeadingSpace } from "./leading-space.js";
import type { ReadReport, UploadContents } from "./upload-contents.js";

/**
 * The text that uploaders send: sections, each closed by a line that says what it was. `<<<<<< network` closes the
 * list of the repository's files, `<<<<<< ENV` the environment, `<<<<<< EOF` a report, which may begin with its name
 * (`# path=coverage/lcov.info`); `# path=fixes` begins the lines to ignore. A body without any marker is one report.
 */
const MARKERS = [
  { mark: Buffer.from("<<<<<< network"), end: "network" },
  { mark: Buffer.from("<<<<<< ENV"), end: "environment" },
  { mark: Buffer.from("<<<<<< EOF"), end: "report" },
  { mark: Buffer.from("==FROMNOWONIGNOREDBYCODECOV==>>>"), end: "everything" },
] as const;

type End = (typeof MARKERS)[number]["end"] | "body";

const SECTION_MARK = Buffer.from("<<<<<< ");
const IGNORE_MARK = MARKERS[3].mark;
const LONGEST_MARK = IGNORE_MARK.length;
const PATH_LINE = /^# path=([^\r\n]*)/;
/** A name is not longer than this; a line that is, is a report's first line. */
const PATH_LINE_BYTES = 8192;
/** A file's list of lines to ignore is not longer than this. */
const FIX_LINE_BYTES = 1024 * 1024;
const [LF, HASH, LESS_THAN, EQUALS] = [0x0a, 0x23, 0x3c, 0x3d];

export class LegacyText {
  readonly #contents: UploadContents;
  #ignoring = false;
  /** End of the last chunk, where a marker may have begun. */
  #rest: Buffer = Buffer.alloc(0);
  /** Start of a section, until it is known whether it begins with its name; null when it is known. */
  #head: Buffer | null = Buffer.alloc(0);
  #report: ReadReport | null = null;
  /** Whether the section says how it is called. */
  #isNamed = false;
  #bodyName: string | null;
  #fixes: FixLines | null = null;

  /** @param bodyName of the file that the text is, for a report that begins it; null: it is no file */
  constructor(contents: UploadContents, bodyName: string | null) {
    this.#contents = contents;
    this.#bodyName = bodyName;
  }

  write(chunk: Buffer): void {
    if (this.#ignoring) return;
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    // Sought once: sought again behind each marker, a chunk of many markers would be read as often.
    const ignore = bytes.indexOf(IGNORE_MARK);
    let start = 0;
    for (let found = findMarker(bytes, 0, ignore); found !== null; found = findMarker(bytes, start, ignore)) {
      this.#section(bytes.subarray(start, found.at));
      this.#end(found.end);
      if (this.#ignoring) return;
      start = found.at + found.length;
    }
    const held = heldBack(bytes, start);
    this.#section(bytes.subarray(start, held));
    this.#rest = Buffer.from(bytes.subarray(held));
  }

  end(): void {
    if (this.#ignoring) return;
    this.#section(this.#rest);
    this.#end("body");
  }

  #section(bytes: Buffer): void {
    if (this.#head === null) {
      this.#feed(bytes);
      return;
    }
    const head = withoutLeadingSpace(Buffer.concat([this.#head, bytes]));
    const undecided = head[0] === HASH && !head.includes(LF) && head.length < PATH_LINE_BYTES;
    this.#head = head;
    if (head.length > 0 && !undecided) this.#begin(head);
  }

  #begin(head: Buffer): void {
    this.#head = null;
    const line = head.indexOf(LF);
    const lineBytes = line < 0 ? head.length : line;
    const path = lineBytes < PATH_LINE_BYTES ? PATH_LINE.exec(head.toString("utf8", 0, lineBytes)) : null;
    this.#isNamed = path !== null;
    if (path === null) {
      this.#report = this.#contents.open(this.#bodyName);
      this.#feed(head);
      return;
    }
    const name = path[1].trim();
    if (name === "fixes") this.#fixes = new FixLines((line) => this.#contents.ignored.readText(line));
    else this.#report = this.#contents.open(name);
    if (line >= 0) this.#feed(head.subarray(line + 1));
  }

  #feed(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#report?.intake.write(bytes);
    this.#fixes?.write(bytes);
  }

  #end(end: End): void {
    if (this.#head !== null && this.#head.length > 0) this.#begin(this.#head);
    const report = this.#report;
    this.#fixes?.end();
    if (report !== null) {
      const isList = end === "network" && !this.#isNamed;
      if (isList) this.#contents.addNetworkText(report.intake.unclaimed());
      if (isList || end === "environment") this.#contents.discard(report);
      else this.#contents.close(report);
    }
    this.#head = Buffer.alloc(0);
    this.#report = null;
    this.#bodyName = null;
    this.#fixes = null;
    this.#ignoring = end === "everything";
  }
}

interface FoundMarker {
  readonly at: number;
  readonly length: number;
  readonly end: End;
}

/** @param ignore where the mark is that everything ends at, -1 where there is none */
function findMarker(bytes: Buffer, from: number, ignore: number): FoundMarker | null {
  const until = ignore < 0 ? bytes.length : ignore;
  for (let at = bytes.indexOf(SECTION_MARK, from); at >= 0 && at < until; at = bytes.indexOf(SECTION_MARK, at + 1)) {
    const found = MARKERS.find(({ mark }) => bytes.subarray(at, at + mark.length).equals(mark));
    if (found !== undefined) return { at, length: found.mark.length, end: found.end };
  }
  return ignore < 0 ? null : { at: ignore, length: LONGEST_MARK, end: "everything" };
}

/** From where on the bytes could be the beginning of a marker that the next chunk completes. */
function heldBack(bytes: Buffer, from: number): number {
  for (let at = Math.max(from, bytes.length - LONGEST_MARK + 1); at < bytes.length; at++) {
    if (bytes[at] !== LESS_THAN && bytes[at] !== EQUALS) continue;
    const rest = bytes.subarray(at);
    if (MARKERS.some(({ mark }) => mark.subarray(0, rest.length).equals(rest))) return at;
  }
  return bytes.length;
}

/** Text by the line, of which only the lines that chunks share are put together. */
class FixLines {
  #begun = "";
  readonly #decoder = new StringDecoder("utf8");
  readonly #take: (line: string) => void;

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  write(bytes: Buffer): void {
    const lines = (this.#begun + this.#decoder.write(bytes)).split("\n");
    this.#begun = (lines.pop() ?? "").slice(0, FIX_LINE_BYTES);
    for (const line of lines) this.#take(line.trim());
  }

  end(): void {
    if (this.#begun !== "") this.#take(this.#begun.trim());
  }
}
