import { describe, expect, it } from "vitest";
import { cleanNetwork, cleanPath, isRelative } from "../../src/ingest/path-cleaning.js";

describe("cleaning a report's file name", () => {
  it.each([
    ["src/a.js", "src/a.js"],
    ["./src/a.js", "src/a.js"],
    ["/src/a.js", "src/a.js"],
    ["//src//a.js", "src/a.js"],
    ["../../src/a.js", "src/a.js"],
    ["/../src/a.js", "src/a.js"],
    ["src/./a.js", "src/a.js"],
    ["src/x/../a.js", "src/a.js"],
    ["a/b/../../c/a.js", "c/a.js"],
    ["src\\win\\a.js", "src/win/a.js"],
    [".github/a.js", ".github/a.js"],
    ["...a/..b/c.js", "...a/..b/c.js"],
    ["with space/ä.js", "with space/ä.js"],
    ["src/", "src"],
  ])("makes %s into %s", (name, path) => {
    expect(cleanPath(name, 4096)).toEqual({ path });
  });

  it.each([
    ["src/../../a.js", "its name leads out of the repository"],
    ["a/../../../etc/passwd", "its name leads out of the repository"],
    ["", "its name is empty"],
    ["/", "its name is empty"],
    ["../..", "its name leads out of the repository"],
    ["a\0b", "its name contains control characters"],
    ["a\nb", "its name contains control characters"],
    ["x".repeat(4097), "its name is longer than 4096 characters, the most that setup.limits.path_length allows"],
  ])("refuses %j: %s", (name, reason) => {
    expect(cleanPath(name, 4096)).toEqual({ reason });
  });

  it("knows names that start nowhere in particular", () => {
    expect(["a/b", "./a", "../a"].every(isRelative)).toBe(true);
    expect(["/a", "\\a", "C:\\a", "c:/a"].some(isRelative)).toBe(false);
  });
});

describe("cleaning the list of the repository's files", () => {
  it.each([
    ["./a.js", "a.js"],
    ["a.js\r", "a.js"],
    ["src\\a.js", "src/a.js"],
    ["my\\ file.js", "my file.js"],
    ['"src/\\303\\244 \\"x\\".js"', 'src/ä "x".js'],
  ])("makes %s into %s", (line, path) => {
    expect([...cleanNetwork([line])]).toEqual([path]);
  });

  it("leaves out blank lines and code that Lombok generated", () => {
    expect([...cleanNetwork(["a", "", "  ", "x/target/delombok/A.java", "b"])]).toEqual(["a", "b"]);
  });
});
