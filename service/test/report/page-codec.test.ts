import { describe, expect, it } from "vitest";
import { StoredReportError } from "../../src/report/byte-reader.js";
import { packPage, unpackPage } from "../../src/report/page-codec.js";

const PLAIN = Buffer.from("abcdefgh");
const REPEATED = Buffer.alloc(4000, "line ");

describe("a page", () => {
  it.each([
    ["kept as it is where it does not pack", PLAIN, false],
    ["packed", REPEATED, true],
  ])("comes back whole: %s", async (_, raw, isPacked) => {
    const stored = await packPage(raw);
    expect(stored.length < raw.length).toBe(isPacked);
    expect(await unpackPage({ start: 0, stored: stored.length, raw: raw.length }, 0, stored)).toEqual(raw);
  });

  it("is damaged when it is kept as it is, and cut", async () => {
    const page = { start: 0, stored: PLAIN.length, raw: PLAIN.length };
    await expect(unpackPage(page, 3, PLAIN.subarray(1))).rejects.toThrow(
      new StoredReportError("page 3 of the stored report is damaged: it has 7 bytes instead of 8"),
    );
  });

  it.each([-1, 1])("is damaged when it unpacks to another length: by %d", async (more) => {
    const stored = await packPage(REPEATED);
    const page = { start: 0, stored: stored.length, raw: REPEATED.length + more };
    await expect(unpackPage(page, 0, stored)).rejects.toThrow(StoredReportError);
  });
});
