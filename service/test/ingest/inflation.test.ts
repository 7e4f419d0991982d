import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES, Inflation, inflateSmall } from "../../src/ingest/inflation.js";

async function inflateByStream(data: Buffer) {
  const chunks: Buffer[] = [];
  const inflation = new Inflation((chunk) => chunks.push(chunk));
  await inflation.write(data);
  await inflation.end(Buffer.alloc(0));
  inflation.close();
  return seen({ ...inflation, bytes: Buffer.concat(chunks), isFollowed: inflation.isFollowed });
}

function seen({ bytes, isFollowed, failure }: { bytes: Buffer; isFollowed: boolean; failure: unknown }) {
  return { text: bytes.toString("latin1"), isFollowed, failure: failure === null ? null : String(failure) };
}

describe("a small report's data", () => {
  const contents = fc.tuple(fc.string({ maxLength: 60, size: "max" }), fc.integer({ min: 1, max: 6000 }));
  const damages = fc.record(
    { flipped: fc.nat(), cut: fc.nat(), followed: fc.uint8Array({ minLength: 1, maxLength: 20 }) },
    { requiredKeys: [] },
  );

  it("gives at once what a stream gives of it, however it is damaged", async () => {
    const taken = { whole: 0, damaged: 0 };
    await fc.assert(
      fc.asyncProperty(contents, damages, async ([text, times], { flipped, cut, followed }) => {
        let data: Buffer = deflateSync(text.repeat(times));
        if (flipped !== undefined) data[flipped % data.length] ^= 1 << (flipped % 7);
        if (cut !== undefined) data = data.subarray(0, cut % data.length);
        if (followed !== undefined) data = Buffer.concat([data, followed]);
        const small = inflateSmall(data);
        if (small === null) return;
        taken[small.failure === null ? "whole" : "damaged"]++;
        expect(seen(small)).toEqual(await inflateByStream(data));
      }),
      { numRuns: 1000 },
    );
    for (const count of Object.values(taken)) expect(count).toBeGreaterThan(5);
  });

  it("is left to a stream from a chunk on", () => {
    expect(inflateSmall(deflateSync(Buffer.alloc(CHUNK_BYTES - 1)))?.bytes).toHaveLength(CHUNK_BYTES - 1);
    expect(inflateSmall(deflateSync(Buffer.alloc(CHUNK_BYTES)))).toBeNull();
  });
});
