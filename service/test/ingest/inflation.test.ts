import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES, inflateBase64 } from "../../src/ingest/inflation.js";
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

const encoded = (data: Buffer) => Buffer.from(data.toString("base64"));

describe("a report's compressed data", () => {
  const contents = fc.tuple(fc.string({ maxLength: 60, size: "max" }), fc.integer({ min: 1, max: 6000 }));
  const damages = fc.record(
    { flipped: fc.nat(), cut: fc.nat(), followed: fc.uint8Array({ minLength: 1, maxLength: 20 }) },
    { requiredKeys: [] },
  );

  it("gives the same, and ends the same, however it is cut into pieces", async () => {
    const ends = { sound: 0, isCut: 0, isFollowed: 0, fault: 0 };
    await fc.assert(
      fc.asyncProperty(
        contents,
        damages,
        fc.array(fc.nat(), { maxLength: 6 }),
        async ([text, times], damage, places) => {
          const { flipped, cut, followed } = damage;
          let data: Buffer = deflateSync(text.repeat(times));
          if (flipped !== undefined) data[flipped % data.length] ^= 1 << (flipped % 7);
          if (cut !== undefined) data = data.subarray(0, cut % data.length);
          if (followed !== undefined) data = Buffer.concat([data, followed]);
          const whole = await inflated([encoded(data)]);
          ends[whole.fault !== null ? "fault" : whole.isCut ? "isCut" : whole.isFollowed ? "isFollowed" : "sound"]++;
          expect(await inflated(cutAt(encoded(data), places))).toEqual(whole);
          if (Object.keys(damage).length === 0)
            expect(whole.bytes).toBe(Buffer.from(text.repeat(times)).toString("latin1"));
        },
      ),
      { numRuns: 1000 },
    );
    for (const count of Object.values(ends)) expect(count).toBeGreaterThan(5);
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
