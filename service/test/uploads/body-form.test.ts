import { describe, expect, it } from "vitest";
import { fieldOf } from "../../src/uploads/body-form.js";

const NAMES = ["json_file", "json"];

async function read(body: Buffer | string, step: number): Promise<string> {
  const bytes = Buffer.from(body);
  async function* chunks(): AsyncGenerator<Buffer, void> {
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
  }
  const pieces: Buffer[] = [];
  for await (const piece of fieldOf(chunks(), NAMES)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

/** Every way of cutting the body into equal chunks gives the same. */
async function readInAnyChunks(body: Buffer | string): Promise<string> {
  const results = new Set<string>();
  for (const step of [1, 2, 3, 5, 7, 16, 61, 1000]) results.add(await read(body, step));
  expect(results.size).toBe(1);
  return [...results][0];
}

const part = (name: string, content: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="x"\r\nContent-Type: text/plain\r\n\r\n${content}\r\n`;

describe("the field of a form", () => {
  it.each([
    ["multipart", `${part("json_file", '{"a":1}')}--b--\r\n`, '{"a":1}'],
    ["multipart, after other parts", `${part("note", "x")}${part("json", "y")}--b--\r\n`, "y"],
    ["multipart, of what looks like a boundary", `${part("json", "\r\n--a\r\n-\r\n--")}--b--`, "\r\n--a\r\n-\r\n--"],
    [
      "multipart, with a name without quotes",
      "--b\r\ncontent-disposition: form-data; name=json\r\n\r\nz\r\n--b--",
      "z",
    ],
    ["multipart, of nothing", `${part("json", "")}--b--`, ""],
    ["urlencoded", "json=%7B%22a%22%3A+%22%C3%A9%22%7D", '{"a": "é"}'],
    ["urlencoded, before other fields", "json=%7B%7D&x=1", "{}"],
    ["urlencoded, with a percent sign that escapes nothing", "json=50%&x=%", "50%"],
    ["urlencoded, with half an escape", "json=%1g%-1%a", "%1g%-1%a"],
    ["urlencoded, with a plus sign after a percent sign at its end", "json=a%+", "a% "],
    ["urlencoded, that ends in an escape's middle", "json=a%7", "a%7"],
    ["the body itself", '{"json":1}', '{"json":1}'],
    ["a body of one byte", "{", "{"],
    ["no body", "", ""],
  ])("is found in any chunks: %s", async (_name, body, content) => {
    if (body === "") expect(await read(body, 1)).toBe(content);
    else expect(await readInAnyChunks(body)).toBe(content);
  });

  it.each([
    ["that ends before its boundary", part("json", "x").trimEnd(), /ends too early/],
    ["that ends in a part's headers", "--b\r\nContent-Disposition: form", /ends too early/],
    ["without the field", `${part("note", "x")}--b--`, /has no part json_file/],
    ["with endless headers", `--b\r\n${"x".repeat(20_000)}\r\n\r\n`, /headers of a part are too long/],
  ])("is not found in a form %s", async (_name, body, says) => {
    for (const step of [1, 7, 100_000]) await expect(read(body, step)).rejects.toThrow(says);
  });
});
