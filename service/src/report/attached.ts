/** Numbers kept for each line with a complexity: index of the line, covered, total. */
export const COMPLEXITY_FIELDS = 3;
/** Numbers kept for each part of a line: index of the line, start, end, hits. */
export const COLUMN_FIELDS = 4;

/**
 * What a column of records, which begin with the index of their line and ascend by it, says of one line: the fields
 * behind the index, record after record.
 */
export function recordsOf(records: ArrayLike<number>, fields: number, index: number): number[] {
  let low = 0;
  let high = records.length / fields;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records[middle * fields] < index) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let at = low * fields; at < records.length && records[at] === index; at += fields) {
    for (let field = 1; field < fields; field++) found.push(records[at + field]);
  }
  return found;
}
