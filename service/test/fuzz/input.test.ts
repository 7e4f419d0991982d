import { describe, expect, it } from "vitest";
import { makeInput } from "../../fuzz/input.js";

const target = {
  name: "text",
  samples: [Buffer.from("SF:a\nDA:1,2\nend_of_record\n")],
  read: async () => true,
};

describe("an input", () => {
  it("is the same whenever its seed is the same", () => {
    for (let seed = 0; seed < 50; seed++) {
      const [first, again] = [1, 2].map(() => makeInput(target, seed, target.samples));
      expect(first.bytes.equals(again.bytes)).toBe(true);
      expect(first.random.below(1000)).toBe(again.random.below(1000));
    }
  });

  it("is another one for almost every seed, and is bounded", () => {
    const inputs = Array.from({ length: 500 }, (_, seed) => makeInput(target, seed, target.samples).bytes);
    expect(new Set(inputs.map((bytes) => bytes.toString("latin1"))).size).toBeGreaterThan(400);
    expect(Math.max(...inputs.map(({ length }) => length))).toBeLessThanOrEqual(256 * 1024);
  });
});
