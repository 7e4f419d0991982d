import fc from "fast-check";

/** JSON text of a value with space between its parts, as many kinds of it as are given, in turns. */
export function spacedJson(value: unknown, spaces: readonly string[]): string {
  let turn = 0;
  const space = () => (spaces.length === 0 ? "" : spaces[turn++ % spaces.length]);
  const write = (part: unknown): string => {
    if (typeof part !== "object" || part === null) return `${space()}${JSON.stringify(part)}${space()}`;
    const [open, close] = Array.isArray(part) ? "[]" : "{}";
    const items = Array.isArray(part)
      ? part.map(write)
      : Object.entries(part).map(([key, member]) => `${space()}${JSON.stringify(key)}${space()}:${write(member)}`);
    return `${space()}${open}${items.join(",")}${items.length === 0 ? space() : ""}${close}${space()}`;
  };
  return write(value);
}

export const spaces = fc.array(fc.constantFrom("", " ", "\n  ", "\t", "\r\n"), { maxLength: 7 });

/** The same members in another order. */
export function reordered(
  members: Readonly<Record<string, unknown>>,
  order: readonly number[],
): Record<string, unknown> {
  const entries = Object.entries(members).map((entry, index) => [order[index % order.length] ?? 0, entry] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, entry]) => entry));
}
