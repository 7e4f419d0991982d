import { describe, expect, it } from "vitest";
import { components } from "../../src/repository-yaml/components.js";
import { countsInTotals, flagFilter, flagRules, uploadFilter } from "../../src/repository-yaml/flags.js";

const NOTHING = { paths: [], ignore: [], carryforward: false, joined: true, afterUploads: null };

describe("the rules of a flag", () => {
  const yaml = {
    flags: { unit: { paths: ["src"] }, quiet: { joined: false, after_n_builds: 2 } },
    flag_management: {
      default_rules: { carryforward: true, ignore: ["gen"] },
      individual_flags: [{ name: "unit", paths: ["other"] }, { name: "e2e", paths: ["e2e"] }, { name: "e2e" }],
    },
  };

  it.each([
    ["unit", { ...NOTHING, paths: ["src"] }],
    ["quiet", { ...NOTHING, joined: false, afterUploads: 2 }],
    ["e2e", { ...NOTHING, paths: ["e2e"], carryforward: true, ignore: ["gen"] }],
    ["another", { ...NOTHING, carryforward: true, ignore: ["gen"] }],
    ["constructor", { ...NOTHING, carryforward: true, ignore: ["gen"] }],
  ])("%s are those of flags, else of flag_management", (flag, rules) => expect(flagRules(yaml, flag)).toEqual(rules));

  it("are none where the yaml says nothing", () => expect(flagRules({}, "unit")).toEqual(NOTHING));

  it("keep an upload out of the totals when one of its flags is not joined", () => {
    expect(countsInTotals(yaml, ["unit"])).toBe(true);
    expect(countsInTotals(yaml, ["unit", "quiet"])).toBe(false);
    expect(countsInTotals(yaml, [])).toBe(true);
  });
});

describe("the files of an upload", () => {
  const yaml = {
    ignore: ["**/*.pb.go", "vendor"],
    flags: { front: { paths: ["ui"] }, back: { paths: ["api"], ignore: ["api/gen"] } },
  };
  const files = ["ui/a.ts", "api/a.go", "api/gen/a.go", "api/a.pb.go", "vendor/a.go", "lib/a.go"];

  it.each([
    [[], ["ui/a.ts", "api/a.go", "api/gen/a.go", "lib/a.go"]],
    [["front"], ["ui/a.ts"]],
    [["back"], ["api/a.go"]],
    [
      ["front", "back"],
      ["ui/a.ts", "api/a.go"],
    ],
    [["unknown"], ["ui/a.ts", "api/a.go", "api/gen/a.go", "lib/a.go"]],
  ])("with the flags %j are %j", (flags, expected) => {
    expect(files.filter(uploadFilter(yaml, flags).includes)).toEqual(expected);
  });

  it("are all where nothing is ignored", () => expect(uploadFilter({}, ["a"]).takesAll).toBe(true));

  it.each([
    ["vendor/a.go", ["back"], "ignore"],
    ["api/gen/a.go", ["front", "back"], "ignore of flag back"],
    ["lib/a.go", ["front"], "paths of flag front"],
    ["lib/a.go", ["unknown", "front", "back"], "paths of flags front, back"],
  ])("do not have %s with the flags %j because of %s", (path, flags, part) => {
    const filter = uploadFilter(yaml, flags);
    expect(filter.includes(path)).toBe(false);
    expect(filter.leftOutBy(path)).toBe(part);
  });

  it("name a few of many flags whose paths leave a file out", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const flags = Object.fromEntries(names.map((name) => [name, { paths: [name] }]));
    expect(uploadFilter({ flags }, names).leftOutBy("x")).toBe("paths of flags a, b, c, d, e, …");
  });

  it("are only those that ignore excepts, where it excepts some", () => {
    const { includes } = uploadFilter({ ignore: ["!src"] }, []);
    expect(["src/a", "lib/a"].map(includes)).toEqual([true, false]);
  });
});

describe("the part of a report", () => {
  it("that a flag means has its sessions and its paths", () => {
    const filter = flagFilter({ flags: { unit: { paths: ["src", "!src/gen"] } } }, "unit");
    expect([["unit"], ["e2e", "unit"], ["e2e"], []].map(filter.includesSession)).toEqual([true, true, false, false]);
    expect(["src/a", "src/gen/a", "lib/a"].map(filter.paths.includes)).toEqual([true, false, false]);
  });

  it("that a component means has its paths, and sessions with flags that fit", () => {
    const [front, rest, ...others] = components({
      component_management: {
        default_rules: { paths: ["src"] },
        individual_components: [
          { component_id: "front", name: "Front end", paths: ["ui/**"], flag_regexes: ["unit-.*", "e2e$"] },
          { component_id: "rest" },
          { component_id: "rest", name: "once more" },
        ],
      },
    });
    expect(others).toEqual([]);
    expect(front).toMatchObject({ id: "front", name: "Front end" });
    expect(rest).toMatchObject({ id: "rest", name: "rest" });
    expect(["ui/a.ts", "src/a.ts"].map(front.paths.includes)).toEqual([true, false]);
    expect(["ui/a.ts", "src/a.ts"].map(rest.paths.includes)).toEqual([false, true]);
    const sessions = [["unit-ui"], ["x", "e2e"], ["e2e-2"], ["my-unit-ui"], []];
    expect(sessions.map(front.includesSession)).toEqual([true, true, false, false, false]);
    expect(sessions.map(rest.includesSession)).toEqual([true, true, true, true, true]);
  });

  it("there are no components without a section of them", () => expect(components({})).toEqual([]));
});
