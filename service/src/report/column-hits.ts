/** A line with more parts than this was not written by a person; the first ones are kept. */
export const MOST_PARTS = 1000;

/**
 * Hits of parts of a line, `start, end, hits` each, as a function of the column: parts ascend, do not overlap and
 * differ in hits where they touch; where several speak of a column the greatest hits stay. `end` is exclusive; 0 means
 * the end of the line.
 */
export function normalColumns(parts: ArrayLike<number>): ArrayLike<number> {
  if (isNormal(parts)) return parts;
  const edges = edgesOf(parts);
  const normal: number[] = [];
  const open: number[] = [];
  for (const [at, { column, hits, begins }] of edges.entries()) {
    if (begins) open.push(hits);
    else open.splice(open.indexOf(hits), 1);
    const next = edges[at + 1]?.column ?? column;
    if (open.length > 0 && next > column) addPart(normal, column, next, Math.max(...open));
  }
  return normal;
}

/** What two normal lists say together: the greater hits of each column. */
export function mergeColumns(ours: ArrayLike<number>, theirs: ArrayLike<number>): ArrayLike<number> {
  if (ours.length === 0 || theirs.length === 0) return ours.length === 0 ? theirs : ours;
  return normalColumns([...Array.from(ours), ...Array.from(theirs)]);
}

interface Edge {
  readonly column: number;
  readonly hits: number;
  readonly begins: boolean;
}

function edgesOf(parts: ArrayLike<number>): Edge[] {
  const edges: Edge[] = [];
  for (let i = 0; i + 2 < Math.min(parts.length, 6 * MOST_PARTS); i += 3) {
    const [start, end, hits] = [parts[i], endOf(parts[i + 1]), parts[i + 2]];
    if (!(start >= 0 && end > start && hits >= 0)) continue;
    edges.push({ column: start, hits, begins: true }, { column: end, hits, begins: false });
  }
  return edges.sort((a, b) => a.column - b.column);
}

function addPart(parts: number[], start: number, end: number, hits: number): void {
  const last = parts.length - 3;
  if (last >= 0 && parts[last + 1] === start && parts[last + 2] === hits) {
    parts[last + 1] = end === Number.POSITIVE_INFINITY ? 0 : end;
  } else if (parts.length < 3 * MOST_PARTS) {
    parts.push(start, end === Number.POSITIVE_INFINITY ? 0 : end, hits);
  }
}

function endOf(end: number): number {
  return end === 0 ? Number.POSITIVE_INFINITY : end;
}

function isNormal(parts: ArrayLike<number>): boolean {
  if (parts.length > 3 * MOST_PARTS || parts.length % 3 !== 0) return false;
  for (let i = 0; i < parts.length; i += 3) {
    const [start, end, hits] = [parts[i], endOf(parts[i + 1]), parts[i + 2]];
    if (!(start >= 0 && end > start && hits >= 0)) return false;
    if (i > 0 && endOf(parts[i - 2]) > start) return false;
    if (i > 0 && parts[i - 2] === start && parts[i - 1] === hits) return false;
  }
  return true;
}
