import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathFixes } from "../../src/repository-yaml/path-fixes.js";

describe("a fix of paths", () => {
  it.each([
    ["before::after", "before/a.ts", "after/a.ts"],
    ["before/::after/", "before/a.ts", "after/a.ts"],
    ["before/::", "before/a.ts", "a.ts"],
    ["before/::", "lib/before/a.ts", "lib/before/a.ts"],
    ["build/*/src/::", "build/x64/src/a.ts", "a.ts"],
    ["build/*/src/::", "build/a/b/src/a.ts", "build/a/b/src/a.ts"],
    ["build/**/src/::", "build/a/b/src/a.ts", "a.ts"],
    ["build/*/src/::lib/", "build/x64/src/a.ts", "lib/a.ts"],
    ["build/**/src/::lib/", "build/a/b/src/a.ts", "lib/a.ts"],
    ["[^/]+/src/::lib/", "pkg/src/a.ts", "lib/a.ts"],
    [".*/src/::", "x/y/src/a.ts", "a.ts"],
    ["/opt/app/::", "opt/app/a.ts", "a.ts"],
    ["/opt/app/::src/", "opt/app/a.ts", "src/a.ts"],
    ["./lib/::src/", "lib/a.ts", "src/a.ts"],
    ["C:/Users/ci/::project/", "C:/Users/ci/a.py", "project/a.py"],
    ["c++/::cpp/", "c++/a.cpp", "cpp/a.cpp"],
    ["com/::src/main/java/com/", "com/x/A.java", "src/main/java/com/x/A.java"],
    ["a::b//", "a/c", "b/c"],
  ])("%s makes of %s %s", (fix, path, expected) => expect(pathFixes({ fixes: [fix] }).before(path)).toBe(expected));

  it("is applied once, the first that fits", () => {
    const fixes = pathFixes({ fixes: ["x::y", "a/::", "a/b/::c/", "a::a/a"] });
    expect(["a/b/d", "x/x/d", "q"].map(fixes.before)).toEqual(["b/d", "y/x/d", "q"]);
  });

  it("adds prefixes in their order, after the file was looked for", () => {
    const fixes = pathFixes({ fixes: ["::src/", "::main", "old::new"] });
    expect([fixes.before("old/a"), fixes.after("a")]).toEqual(["new/a", "src/main/a"]);
    expect(pathFixes({ fixes: ["::src/", "src/old/::"] }).after("old/a")).toBe("a");
  });

  it("leaves paths alone where there is none", () => {
    const fixes = pathFixes({});
    fc.assert(fc.property(fc.string(), (path) => fixes.before(path) === path && fixes.after(path) === path));
  });
});
