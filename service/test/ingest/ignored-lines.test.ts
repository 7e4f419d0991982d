import { describe, expect, it } from "vitest";
import { IgnoredLineList } from "../../src/ingest/ignored-lines.js";

function ignored(...lines: string[]): Record<string, { eof?: number; lines: number[] }> {
  const list = new IgnoredLineList();
  for (const line of lines) list.readText(line);
  return Object.fromEntries(
    Array.from(list.entries(), ([path, { eof, lines }]) => [
      path,
      { ...(Number.isFinite(eof) && { eof }), lines: [...lines].sort((a, b) => a - b) },
    ]),
  );
}

describe("lines to ignore", () => {
  it("are listed by number", () => {
    expect(ignored("./src/a.go:2,4,17", "b.go:3", "b.go:9,")).toEqual({
      "./src/a.go": { lines: [2, 4, 17] },
      "b.go": { lines: [3, 9] },
    });
  });

  it("are those beyond the end of the file", () => {
    expect(ignored("EOF: 188 src/my file.go")).toEqual({ "src/my file.go": { eof: 188, lines: [] } });
  });

  it("are named with their source, one by one", () => {
    expect(ignored("a.swift:12:    }", "a.swift:14:  // x:y", "C:/b.kt:5:{")).toEqual({
      "a.swift": { lines: [12, 14] },
      "C:/b.kt": { lines: [5] },
    });
  });

  it("are all lines of a comment or of an exclusion", () => {
    expect(ignored("a.c:3:/* text", "a.c:6: */")["a.c"].lines).toEqual([3, 4, 5, 6]);
    expect(ignored("a.c:3: // LCOV_EXCL_START", "a.c:6: // LCOV_EXCL_STOP")["a.c"].lines).toEqual([3, 4, 5, 6]);
    expect(ignored("a.c:3: // LCOV_EXCL_START", "a.c:5: // LCOV_EXCL_END")["a.c"].lines).toEqual([3, 4, 5]);
    expect(ignored("a.c:3:/* one line */", "a.c:6: */")["a.c"].lines).toEqual([3, 6]);
    expect(ignored("a.c:3:/* text", "b.c:6: */")).toEqual({ "a.c": { lines: [3] }, "b.c": { lines: [6] } });
  });

  it("are not found in lines of another form", () => {
    expect(ignored("", "EOF: x a", "nothing", "a:", ":1", "a:1;2")).toEqual({});
  });

  it.each([
    ["ends of files", (path: string) => `EOF: 1 ${path}`],
    ["lines", (path: string) => `${path}:1`],
  ])("keeps a bounded number of files with their %s", (_, line) => {
    const list = new IgnoredLineList();
    for (let i = 0; !list.isCut && i < 1_000_000; i++) list.readText(line(`src/file-${i}.go`));
    expect(list.isCut).toBe(true);
    expect([...list.entries()].length).toBeLessThan(500_000);
  });

  it("take no time for comments that claim to be long, once there are too many lines", () => {
    const list = new IgnoredLineList();
    const started = performance.now();
    for (let i = 0; i < 100_000; i++) {
      list.readText("a:1: /*");
      list.readText("a:100001: */");
    }
    expect(list.isCut).toBe(true);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
