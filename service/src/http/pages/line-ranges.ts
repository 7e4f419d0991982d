/** Neighbouring numbers as ranges: 1, 2, 3, 7 make 1–3 and 7. `numbers` are ascending. */
export function lineRanges(numbers: readonly number[]): { readonly first: number; readonly last: number }[] {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = ranges.at(-1);
    if (open && open.last + 1 === number) open.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}
