import type { FileEntry, StoredReport } from "./stored-report.js";

/** A file, and what each of several reports has of it. */
export interface FileOfReports {
  /** UTF-8. */
  readonly path: Buffer;
  /** By the places of the reports, in their order; those that have no such file are left out. */
  readonly present: readonly FileOfReport[];
}

export interface FileOfReport {
  readonly index: number;
  readonly report: StoredReport;
  readonly entry: FileEntry;
}

interface Source extends FileOfReport {
  readonly rest: Iterator<FileEntry, void>;
  /** The one that comes next. */
  entry: FileEntry;
}

/** The files of several reports, each once, in the order of their paths. */
export function* inPathOrder(reports: readonly StoredReport[]): Generator<FileOfReports> {
  const heap: Source[] = [];
  for (const [index, report] of reports.entries()) {
    const rest = report.entries();
    const { value } = rest.next();
    if (value) heap.push({ index, report, rest, entry: value });
  }
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
  while (heap.length > 0) {
    const { path } = heap[0].entry;
    const present: FileOfReport[] = [];
    while (heap.length > 0 && heap[0].entry.path.equals(path)) {
      const { index, report, entry } = heap[0];
      present.push({ index, report, entry });
      advanceFirst(heap);
    }
    yield { path, present };
  }
}

/** Puts the first source where its next file belongs, or takes it away when it has none. */
function advanceFirst(heap: Source[]): void {
  const { value } = heap[0].rest.next();
  if (value) heap[0].entry = value;
  else {
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) heap[0] = last;
  }
  sink(heap, 0);
}

/** Moves the source at `from` down until it comes before both below it, at `2i + 1` and `2i + 2`. */
function sink(heap: Source[], from: number): void {
  for (let i = from; ; ) {
    let first = i;
    for (const below of [2 * i + 1, 2 * i + 2]) {
      if (below < heap.length && comesBefore(heap[below], heap[first])) first = below;
    }
    if (first === i) return;
    [heap[i], heap[first]] = [heap[first], heap[i]];
    i = first;
  }
}

function comesBefore(one: Source, other: Source): boolean {
  const order = one.entry.path.compare(other.entry.path);
  return order < 0 || (order === 0 && one.index < other.index);
}
