import { ByteReader } from "../report/byte-reader.js";
import { ByteWriter } from "../report/byte-writer.js";
import { readCounts, writeCounts } from "../report/stored-index.js";
import type { Counts } from "../report/totals.js";
import type { BlockPlace } from "./session-blocks.js";

/** Coverage of a file as one report names it. */
export interface Piece {
  readonly name: string;
  /** What it may be called instead. */
  readonly otherNames: readonly string[];
  readonly counts: Readonly<Counts>;
  /** Where its lines were set aside. */
  readonly place: BlockPlace;
}

export interface ListedPiece extends Piece {
  /** Where it is in the list, for `get`. */
  readonly at: number;
}

/** The pieces of a report in the order in which they came, as bytes: a report may have as many as it has files. */
export class PieceList {
  readonly #bytes = new ByteWriter(256);

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  add({ name, otherNames, counts, place }: Piece): void {
    const bytes = this.#bytes;
    bytes.text(name);
    bytes.varint(otherNames.length);
    for (const other of otherNames) bytes.text(other);
    writeCounts(counts, bytes);
    bytes.varint(place.page === null ? 0 : place.page + 1);
    bytes.varint(place.start);
    bytes.varint(place.length);
  }

  clear(): void {
    this.#bytes.clear();
  }

  *[Symbol.iterator](): Generator<ListedPiece, void> {
    const reader = new ByteReader(this.#bytes.written());
    while (!reader.atEnd) yield { at: reader.position, ...readPiece(reader) };
  }

  get(at: number): Piece {
    return readPiece(new ByteReader(this.#bytes.bytes, at));
  }
}

function readPiece(reader: ByteReader): Piece {
  const name = reader.text();
  const otherNames = Array.from({ length: reader.varint() }, () => reader.text());
  const counts = readCounts(reader);
  const page = reader.varint();
  const place = { page: page === 0 ? null : page - 1, start: reader.varint(), length: reader.varint() };
  return { name, otherNames, counts, place };
}
