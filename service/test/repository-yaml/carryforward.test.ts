import { describe, expect, it } from "vitest";
import {
  carriedName,
  carriesForward,
  carryForward,
  type FlaggedSession,
  replacedBy,
} from "../../src/repository-yaml/carryforward.js";

function session(number: number, flags: readonly string[], more: Partial<FlaggedSession> = {}): FlaggedSession {
  return { session: number, name: `build ${number}`, flags, carriedForward: false, ...more };
}

const YAML = {
  flags: {
    unit: { carryforward: true, paths: ["src"] },
    e2e: { carryforward: true, paths: ["web", "!web/gen"] },
    lint: {},
  },
};

describe("carrying forward", () => {
  it.each([
    [{}, false],
    [YAML, true],
    [{ flags: { a: { carryforward: false } } }, false],
    [{ flag_management: { default_rules: { carryforward: true } } }, true],
    [{ flag_management: { individual_flags: [{ name: "a", carryforward: true }] } }, true],
  ])("%j: %s", (yaml, expected) => expect(carriesForward(yaml)).toBe(expected));

  it("takes the sessions over that have such a flag, with the files of these flags", () => {
    const { sessions, paths } = carryForward(YAML, [
      session(0, ["unit"]),
      session(1, ["lint"]),
      session(2, ["lint", "e2e"], { name: null }),
      session(3, [], { name: "none" }),
    ]);
    expect(sessions).toEqual([
      { from: 0, name: "CF[1] - build 0", flags: ["unit"] },
      { from: 2, name: "Carriedforward", flags: ["lint", "e2e"] },
    ]);
    expect(["src/a", "web/a", "web/gen/a", "lib/a"].map(paths.includes)).toEqual([true, true, false, false]);
  });

  it("restricts files by the flags that are there alone, and not at all when one of them has no paths", () => {
    const narrow = carryForward(YAML, [session(0, ["unit"])]);
    expect(["src/a", "web/a"].map(narrow.paths.includes)).toEqual([true, false]);
    const wide = carryForward({ flags: { ...YAML.flags, e2e: { carryforward: true } } }, [session(0, ["unit", "e2e"])]);
    expect(wide.paths.takesAll).toBe(true);
  });

  it("takes nothing where no flag is carried", () => {
    expect(carryForward({}, [session(0, ["unit"])]).sessions).toEqual([]);
  });

  it("gives way to an upload with such a flag, but never what was uploaded", () => {
    const sessions = [
      session(0, ["unit"], { carriedForward: true }),
      session(1, ["unit", "e2e"], { carriedForward: true }),
      session(2, ["unit"]),
      session(3, ["lint"], { carriedForward: true }),
    ];
    expect(replacedBy(YAML, ["unit"], sessions)).toEqual([0, 1]);
    expect(replacedBy(YAML, ["e2e"], sessions)).toEqual([1]);
    expect(replacedBy(YAML, ["lint"], sessions)).toEqual([]);
    expect(replacedBy(YAML, [], sessions)).toEqual([]);
  });

  it.each([
    [null, "Carriedforward"],
    ["", "Carriedforward"],
    ["unit", "CF[1] - unit"],
    ["CF[1] - unit", "CF[2] - unit"],
    ["CF[9] - unit", "CF[10] - unit"],
    ["CF unit", "CF[2] - unit"],
    ["CF CF unit", "CF[3] - unit"],
    ["CFO", "CF[1] - CFO"],
    ["CF[x]", "CF[1] - CF[x]"],
  ])("calls a session that was %j %s", (name, expected) => expect(carriedName(name)).toBe(expected));
});
