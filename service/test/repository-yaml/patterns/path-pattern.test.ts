import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBranchPattern } from "../../../src/repository-yaml/patterns/branch-pattern.js";
import { regexOfGlob } from "../../../src/repository-yaml/patterns/glob.js";
import { inverted, pathFilter } from "../../../src/repository-yaml/patterns/path-filter.js";
import { kindOfPattern, readPathPattern } from "../../../src/repository-yaml/patterns/path-pattern.js";

function includes(patterns: readonly string[], path: string): boolean {
  return pathFilter(patterns.map(readPathPattern)).includes(path);
}

describe("the kind of a path pattern", () => {
  it.each([
    ["path/to/folder", "prefix"],
    ["src/main.py", "prefix"],
    ["^src/.+", "prefix"],
    ["**/*.pb.go", "glob"],
    ["vendor/**/*", "glob"],
    ["src/*", "glob"],
    ["*.py", "glob"],
    ["a*b", "glob"],
    ["a.*", "regex"],
    ["src/[ab].py", "regex"],
    ["^src/.*$", "regex"],
    ["[a-z]*/x", "regex"],
    ["a[", "glob"],
  ])("%s is a %s", (text, kind) => expect(kindOfPattern(text)).toBe(kind));
});

describe("a path pattern", () => {
  it.each([
    ["agent/bindata.go", "^agent/bindata.go.*"],
    ["./src", "^src.*"],
    ["vendor/**/*", "(?s:vendor/.*/[^/]*)\\z"],
    ["**/*.pb.go", "(?s:.*/[^/]*\\.pb\\.go)\\z"],
    ["!tests/*", "!(?s:tests/[^/]*)\\z"],
    ["a.*", "a.*"],
  ])("%s is shown as %s", (value, source) => expect(readPathPattern(value).source).toBe(source));

  it.each([
    ["src", "src/a.ts", true],
    ["src", "src2/a.ts", true],
    ["src/", "lib/src/a.ts", false],
    ["vendor/**/*", "vendor/a/b.go", true],
    ["vendor/**/*", "vendor/b.go", false],
    ["vendor/**", "vendor/b.go", true],
    ["**/*.pb.go", "a/b/c.pb.go", true],
    ["**/*.pb.go", "c.pb.go", false],
    ["**/*.pb.go", "a/c.pb.gox", false],
    ["*.py", "a.py", true],
    ["*.py", "src/a.py", false],
    ["src/*", "src/a/b.ts", false],
    ["s?c/**", "src/a", true],
    ["[ab]*/x", "a/x", true],
    ["**/[!ab].ts", "x/c.ts", true],
    ["**/[!ab].ts", "x/a.ts", false],
    ["a.*", "a/folder/file.py", true],
    [".*\\.test\\.ts$", "src/x.test.ts", true],
    [".*\\.test\\.ts$", "src/x.test.tsx", false],
    ["^src/.*\\Z", "src/x", true],
    ["c++/", "c++/main.cpp", true],
    ["app/(group)/", "app/(group)/page.tsx", true],
    ["app/[id]/page.tsx", "app/[id]/page.tsx", true],
    ["app/[id]/page.tsx", "app/i/page.tsx", true],
  ])("%s of %s: %s", (pattern, path, expected) => expect(includes([pattern], path)).toBe(expected));

  it("takes linear time whatever somebody writes", () => {
    const started = performance.now();
    expect(includes(["(a+)+$"], `${"a".repeat(5000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("several path patterns", () => {
  it("mean every path when there are none", () => expect(includes([], "a")).toBe(true));

  it("exclude, and include where one includes", () => {
    expect(["src/a", "src/gen/a", "lib/a"].map((path) => includes(["src", "!src/gen"], path))).toEqual([
      true,
      false,
      false,
    ]);
    expect(["src/a", "lib/a"].map((path) => includes(["!src"], path))).toEqual([false, true]);
    expect(includes(["^!src"], "src/a")).toBe(false);
  });

  it("mean the opposite when they are ignored", () => {
    const ignored = pathFilter(inverted(["gen", "!src"].map(readPathPattern)));
    expect(["gen/a", "src/a", "lib/a"].map((path) => ignored.includes(path))).toEqual([false, true, false]);
  });

  it("are as many as one likes, with groups of the same name", () => {
    const many = Array.from({ length: 300 }, (_, index) => `^(?P<name>folder${index})/[a-z]{1,100}$`);
    expect([includes(many, "folder299/abc"), includes(many, "folder300/abc")]).toEqual([true, false]);
  });

  it("include a plain path whatever it is called", () => {
    const path = fc.stringMatching(/^[\w(){}+|?^-][\w(){}+.|?^/-]{0,20}$/);
    fc.assert(fc.property(path, fc.constantFrom("", "/x"), (start, rest) => includes([start], start + rest)));
  });
});

describe("a glob", () => {
  it("is always a regular expression", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (glob) => {
        expect(regexOfGlob(glob)).toMatch(/^\(\?s:/);
        if (!/^\^?!+(?:\.\/)?$|^(?:\.\/)?$/.test(glob)) expect(() => readPathPattern(`**${glob}`)).not.toThrow();
      }),
    );
  });
});

describe("a branch pattern", () => {
  it.each([
    ["main", "^main$"],
    ["release/*", "^release/.*"],
    ["*", ".*"],
    ["**", ".*"],
    ["a/**/b", "^a/.*/b$"],
    [".*", ".*"],
    ["^v[0-9]+$", "^v[0-9]+$"],
    ["", ".*"],
  ])("%j is shown as %s", (value, source) => expect(readBranchPattern(value).source).toBe(source));

  it.each([
    ["main", "main", true],
    ["main", "main2", false],
    ["release/*", "release/1.0", true],
    ["release/*", "my-release/1.0", false],
    ["**", "release/1.0", true],
    ["release/**", "release/1/0", true],
    ["a/**/b", "a/x/y/b", true],
    ["a/**/b", "a/x/y/c", false],
    ["*-fix", "some-fix", true],
    ["*-fix", "some-fixes", false],
  ])("%s of %s: %s", (pattern, branch, expected) => expect(readBranchPattern(pattern).matches(branch)).toBe(expected));
});
