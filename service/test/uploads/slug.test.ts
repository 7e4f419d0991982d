import { describe, expect, it } from "vitest";
import { parseSlug, slug } from "../../src/uploads/slug.js";

describe("a slug", () => {
  it.each([
    ["o/r", "o", "r"],
    ["group/sub/r", "group/sub", "r"],
    ["o::::r", "o", "r"],
    ["grp:::sub::::r", "grp/sub", "r"],
    ["a.b-c_d~e/r.js", "a.b-c_d~e", "r.js"],
  ])("%s names an owner and a repository", (text, owner, name) => {
    expect(parseSlug(text)).toEqual({ owner, name });
  });

  it.each([
    "",
    "r",
    "/r",
    "o/",
    "o//r",
    "../r",
    "o/..",
    "./r",
    "o r/x",
    "o/r?x",
    "o::::r::::x",
    `o/${"r".repeat(256)}`,
    `${"o".repeat(1001)}/r`,
  ])("%j names none", (text) => {
    expect(parseSlug(text)).toBeNull();
  });

  it("made of parts of a path has : between the owner's groups", () => {
    expect(slug("grp:sub", "r")).toEqual({ owner: "grp/sub", name: "r" });
    expect(slug("grp/sub", "r")).toEqual({ owner: "grp/sub", name: "r" });
    expect(slug("", "r")).toBeNull();
  });
});
