import { expect, it } from "vitest";
import { Notes, printable } from "../../src/ingest/notes.js";

function notes(most: number, ...texts: string[]): readonly string[] {
  const noted = new Notes(most);
  for (const text of texts) noted.add(text);
  return noted.texts;
}

it("notes are kept in their order, each once", () => {
  expect(notes(9, "b", "a", "b")).toEqual(["b", "a"]);
});

it("notes beyond their number are not kept", () => {
  expect(notes(2, "a", "a", "b", "c")).toEqual(["a", "b"]);
});

it("a note has no more characters than are shown, none of them half or a control character", () => {
  const [long, half] = notes(9, "x".repeat(60_000), `${"a\0".padEnd(999, "x")}😀`);
  expect(long).toBe(`${"x".repeat(1000)}…`);
  expect(Buffer.from(half).toString()).toBe(half);
  expect(half.slice(0, 2)).toBe("a\ufffd");
});

it("what is printable stays as it is", () => {
  expect(printable("src/ä 😀.js")).toBe("src/ä 😀.js");
});
