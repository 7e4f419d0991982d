/** An account shows no more characters of a text. */
const MOST_CHARACTERS = 1000;

/** What was skipped or repaired, each thing said once. Bounded, whatever an upload says how often. */
export class Notes {
  readonly #most: number;
  readonly #texts = new Set<string>();

  /** @param most notes beyond so many different ones say nothing new, and are not kept */
  constructor(most: number) {
    this.#most = most;
  }

  get texts(): readonly string[] {
    return [...this.#texts];
  }

  clear(): void {
    this.#texts.clear();
  }

  /** @returns how many characters are kept of it */
  add(text: string): number {
    if (this.#texts.size >= this.#most) return 0;
    const note = printable(text);
    if (this.#texts.has(note)) return 0;
    this.#texts.add(note);
    return note.length;
  }
}

/** Accounts are shown and stored as text: control and half characters have no place in them, nor has endless length. */
export function printable(text: string): string {
  const cut = text.length > MOST_CHARACTERS;
  // Through bytes: half a character becomes a replacement, and a part does not keep the whole text in memory.
  const shown = cut ? `${Buffer.from(text.slice(0, MOST_CHARACTERS))}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
  return shown.replace(/[\u0000-\u001f\u007f]/g, "\ufffd");
}
