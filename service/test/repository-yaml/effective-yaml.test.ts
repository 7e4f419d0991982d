import { describe, expect, it } from "vitest";
import { effectiveYaml, SITE_DEFAULTS, YAML_PATHS } from "../../src/repository-yaml/effective-yaml.js";
import { readRepositoryYaml } from "../../src/repository-yaml/read-repository-yaml.js";
import { shownCoverage, shownPercent } from "../../src/repository-yaml/shown-coverage.js";

describe("the yaml that holds", () => {
  it("is that of the site where nobody says anything", () => {
    expect(effectiveYaml({})).toEqual(SITE_DEFAULTS);
    expect(readRepositoryYaml(JSON.stringify(SITE_DEFAULTS)).faults).toEqual([]);
  });

  it("is the site's, over that the owner's, over that the repository's", () => {
    const yaml = effectiveYaml({
      site: [{ coverage: { precision: 1 }, ignore: ["a"] }, { coverage: { precision: 3 } }],
      owner: { coverage: { round: "up" }, ignore: ["b", "c"], flags: { unit: { carryforward: true } } },
      repository: { flags: { unit: { joined: false }, e2e: {} }, comment: false },
    });
    expect(yaml).toMatchObject({
      coverage: { precision: 3, round: "up", range: "60...80" },
      ignore: ["b", "c"],
      flags: { unit: { carryforward: true, joined: false }, e2e: {} },
      comment: false,
    });
  });

  it("replaces a switch by a section and a section by a switch", () => {
    const project = { default: { target: 80 } };
    expect(effectiveYaml({ owner: { coverage: { status: { project } } } }).coverage?.status).toMatchObject({ project });
    const yaml = effectiveYaml({ owner: { comment: { layout: "diff" } }, repository: { comment: false } });
    expect(yaml.comment).toBe(false);
  });

  it("takes the commit's own in place of the repository's", () => {
    const repository = { ignore: ["a"], fixes: ["a::"] };
    expect(effectiveYaml({ repository, commit: { ignore: ["b"] } })).toEqual({ ...SITE_DEFAULTS, ignore: ["b"] });
    expect(effectiveYaml({ repository, commit: null })).toMatchObject(repository);
  });

  it("leaves what it is made of as it is", () => {
    const owner = { flags: { a: {} } };
    effectiveYaml({ owner, repository: { flags: { b: {} }, coverage: { precision: 9 } } });
    expect([owner, SITE_DEFAULTS.coverage.precision]).toEqual([{ flags: { a: {} } }, 2]);
  });

  it("is looked for under twelve names, at the root first", () => {
    expect(YAML_PATHS).toHaveLength(12);
    expect(YAML_PATHS[0]).toBe("codecov.yml");
    expect(YAML_PATHS).toContain(".github/.codecov.yaml");
  });
});

describe("a percentage as it is shown", () => {
  it("has precision, rounding and range of the yaml", () => {
    expect(shownCoverage({})).toEqual({ precision: 2, round: "down", range: [60, 80] });
    expect(shownCoverage({ coverage: { precision: 0, range: [50, 90] } })).toEqual({
      precision: 0,
      round: "down",
      range: [50, 90],
    });
  });

  it.each([
    [2, 3, 2, "down", "66.66"],
    [2, 3, 2, "up", "66.67"],
    [2, 3, 2, "nearest", "66.67"],
    [1, 3, 2, "nearest", "33.33"],
    [1, 8, 2, "nearest", "12.50"],
    [1, 8, 0, "nearest", "12"],
    [3, 8, 0, "nearest", "38"],
    [1, 200, 0, "nearest", "0"],
    [3, 200, 0, "nearest", "2"],
    [1, 1, 2, "up", "100.00"],
    [0, 5, 2, "up", "0.00"],
    [1, 30_000, 0, "up", "1"],
    [1, 30_000, 2, "down", "0.00"],
    [2, 3, 12, "down", "66.666666666666"],
  ] as const)("%d of %d lines with %d decimals, %s: %s", (hits, lines, precision, round, expected) => {
    expect(shownPercent(hits, lines, { precision, round })).toBe(expected);
  });

  it("is none without lines", () => expect(shownPercent(0, 0, { precision: 2, round: "down" })).toBeNull());
});
