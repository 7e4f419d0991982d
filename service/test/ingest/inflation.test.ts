import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES, type Inflated, inflateBase64 } from "../../src/ingest/inflation.js";
import { cutAt } from "../support/parsing.js";

async function inflated(pieces: Iterable<Buffer>) {
  const chunks: Buffer[] = [];
  const end = await inflateBase64(
    (async function* () {
      yield* pieces;
    })(),
    (chunk) => chunks.push(chunk),
    async () => {},
  );
  return { ...end, bytes: end.fault === null ? Buffer.concat(chunks).toString("latin1") : null };
}

function flipped(data: Buffer, at: number): Buffer {
  const changed = Buffer.from(data);
  changed[at] ^= 4;
  return changed;
}

const encoded = (data: Buffer) => Buffer.from(data.toString("base64"));

describe("a report's compressed data", () => {
  /** Of a few bytes and of several chunks, packed well and not at all. */
  const contents = fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.constantFrom(1, 40, 2000), fc.boolean())
    .map(([seed, times, isWild]) => {
      const text = Buffer.concat(Array.from({ length: times }, () => Buffer.from(seed)));
      return isWild ? text.map((byte, at) => byte ^ ((at * 2_654_435_761) >>> (at % 24))) : text;
    })
    .map((bytes) => Buffer.from(bytes));
  const places = fc.array(fc.nat(), { maxLength: 6 });

  it.each<[string, (data: Buffer, place: number) => Buffer, Partial<Inflated>]>([
    ["sound", (data) => data, { fault: null, isCut: false, isFollowed: false }],
    ["cut", (data, place) => data.subarray(0, 1 + (place % (data.length - 1))), { fault: null, isCut: true }],
    ["followed by more", (data) => Buffer.concat([data, Buffer.from("more")]), { fault: null, isFollowed: true }],
    ["damaged at its end", (data) => flipped(data, data.length - 1), { fault: "incorrect data check" }],
    ["damaged somewhere", (data, place) => flipped(data, place % data.length), {}],
  ])("gives the same, and ends the same, however it is cut into pieces: %s", async (_, change, end) => {
    await fc.assert(
      fc.asyncProperty(contents, fc.nat(), places, async (bytes, place, cuts) => {
        const data = encoded(change(deflateSync(bytes), place));
        const whole = await inflated([data]);
        expect(whole).toMatchObject(end);
        if (!whole.isCut && whole.fault === null) expect(whole.bytes).toBe(bytes.toString("latin1"));
        expect(await inflated(cutAt(data, cuts))).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it.each([CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES])("gives all of %d bytes", async (bytes) => {
    const { bytes: given, ...end } = await inflated([encoded(deflateSync(Buffer.alloc(bytes, "a")))]);
    expect(end).toEqual({ fault: null, isCut: false, isFollowed: false });
    expect(given).toBe("a".repeat(bytes));
  });

  it("ends with what its taker throws, small and large", async () => {
    for (const bytes of [10, 10 * CHUNK_BYTES]) {
      const taken = inflateBase64(
        (async function* () {
          yield encoded(deflateSync(Buffer.alloc(bytes)));
        })(),
        () => {
          throw new RangeError("too much");
        },
        async () => {},
      );
      await expect(taken).rejects.toThrow(new RangeError("too much"));
    }
  });
});
