import { describe, expect, it } from "vitest";
import { go } from "../../src/formats/go.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import { parse, values } from "../support/parsing.js";

const linesOf = (...blocks: string[]) => {
  const { files, fault } = parse(go, `mode: set\n${blocks.map((block) => `a.go:${block}\n`).join("")}`);
  expect(fault).toBeNull();
  return values(files["a.go"] ?? []);
};

describe("a Go cover profile", () => {
  it("counts all lines of a block, and its last one if more than the brace is in it", () => {
    expect(linesOf("1.5,3.2 1 1")).toEqual({ 1: 1, 2: 1 });
    expect(linesOf("1.5,3.3 1 1")).toEqual({ 1: 1, 2: 1, 3: 1 });
    expect(linesOf("4.2,4.3 1 7")).toEqual({ 4: 7 });
  });

  it("has lines in parts where their columns have different hits", () => {
    expect(linesOf("1.2,1.9 1 1", "1.9,1.20 1 0")).toEqual({ 1: "1/2" });
    expect(linesOf("1.2,1.9 1 1", "1.9,1.20 1 3")).toEqual({ 1: "2/2" });
    expect(linesOf("1.2,1.9 1 0", "1.9,1.12 1 2", "1.12,1.20 1 0")).toEqual({ 1: "1/3" });
  });

  it("has a line in parts of which one was hit as a hit, where parsers.go.partials_as_hits says so", () => {
    const options = { ...DEFAULT_PARSER_OPTIONS, go: { partialsAsHits: true } };
    const profile = ["1.2,1.9 1 7", "1.9,1.20 1 0", "2.2,2.9 1 0", "3.2,3.9 1 1", "3.9,3.20 1 5"];
    const { files } = parse(go, `mode: count\n${profile.map((block) => `a.go:${block}\n`).join("")}`, {}, { options });
    expect(values(files["a.go"])).toEqual({ 1: 1, 2: 0, 3: "2/2" });
  });

  it("has a line as one where all of it has the same hits, also across a gap", () => {
    expect(linesOf("1.2,1.9 1 2", "1.12,1.20 1 2")).toEqual({ 1: 2 });
  });

  it("takes the greatest hits of a block that several packages name, wherever they do", () => {
    const { files } = parse(
      go,
      "mode: set\na.go:1.2,1.9 1 1\na.go:1.9,1.20 1 0\nb.go:1.1,1.2 1 1\na.go:1.2,1.9 1 0\na.go:1.9,1.20 1 1\n",
    );
    expect(values(files["a.go"])).toEqual({ 1: 1 });
  });

  it("passes lines over that tell percentages, and later modes", () => {
    const { files, fault } = parse(go, "mode: set\na.go:1.1,1.5 1 1\ntotal: (statements) 50.0%\nmode: set\n\n");
    expect({ fault, lines: values(files["a.go"]) }).toEqual({ fault: null, lines: { 1: 1 } });
  });

  it("is not used at all when a line is no block, and says which", () => {
    const { files, fault } = parse(go, "mode: set\na.go:1.1,1.5 1 1\na.go:1,1.5 1 1\n");
    expect(files).toEqual({});
    expect(fault).toBe("line 3 is no block of a Go cover profile: a.go:1,1.5 1 1");
  });

  it("takes time that grows with its length, also when all blocks are on one line or span many", () => {
    const onOne = Array.from({ length: 60_000 }, (_, at) => `a.go:1.${2 * at + 1},1.${2 * at + 2} 1 ${at % 2}\n`);
    const wide = Array.from({ length: 20_000 }, (_, at) => `b.go:${at + 1}.1,${at + 50_000}.9 1 ${at % 2}\n`);
    const started = performance.now();
    const { files } = parse(go, `mode: set\n${onOne.join("")}${wide.join("")}`);
    expect(Object.keys(files)).toEqual(["a.go", "b.go"]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
