import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { carriesForward, carryForward } from "../../src/repository-yaml/carryforward.js";
import { components } from "../../src/repository-yaml/components.js";
import { effectiveYaml } from "../../src/repository-yaml/effective-yaml.js";
import { describeFault } from "../../src/repository-yaml/faults-text.js";
import { flagFilter, uploadFilter } from "../../src/repository-yaml/flags.js";
import { pathFixes } from "../../src/repository-yaml/path-fixes.js";
import { readRepositoryYaml } from "../../src/repository-yaml/read-repository-yaml.js";
import { shownCoverage } from "../../src/repository-yaml/shown-coverage.js";
import { shownYaml } from "../../src/repository-yaml/shown-yaml.js";
import { LARGEST_YAML } from "../../src/repository-yaml/yaml-text.js";

function faultsOf(text: string): string[] {
  return readRepositoryYaml(text).faults.map((fault) => describeFault(fault, "codecov.yml"));
}

const EVERYTHING = `
codecov:
  branch: origin/main
  bot: somebody
  ci: [travis.org, "!ci.example.com"]
  max_report_age: 24h
  token: hush
  url: https://coverage.example.com
  archive: {uploads: no}
  ui: {hide_density: [a], hide_search: yes}
coverage:
  precision: 2
  round: nearest
  range: 70...100
  status:
    default_rules: {flag_coverage_not_uploaded_behavior: exclude}
    project:
      default: {target: auto, threshold: 0.5%, branches: [main, release/*], removed_code_behavior: off}
      api: off
    patch: on
    changes: {quiet: {informational: yes, flags: [unit]}}
  notify:
    slack: {team: {url: "secret:abc", threshold: 1%, attachments: "sunburst, diff"}}
    webhook: {_name_: {url: https://example.com/hook}}
    irc: {one: {server: chat.example.com, channel: "#ci", notice: yes}}
    hipchat: {one: {card: yes}}
    gitter: {one: {message: it changed}}
    email: {all: {to: [a@example.com], layout: reach}}
ignore: [vendor, "**/*.pb.go"]
fixes: ["build/::src/", "::lib/"]
flags:
  unit: {paths: [src], carryforward: yes, carryforward_mode: labels, joined: no, required: yes, after_n_builds: 2}
  old: {assume: {branches: [main]}}
flag_management:
  default_rules: {carryforward: yes, statuses: [{type: project, target: 80%, name_prefix: flag-}]}
  individual_flags: [{name: e2e, ignore: [gen]}]
component_management:
  default_rules: {statuses: [{type: patch}]}
  individual_components: [{component_id: front, name: Front, paths: [ui/**], flag_regexes: [unit-.*]}]
comment: {layout: "reach, diff, files:10", require_changes: coverage_drop or uncovered_patch, behavior: once}
github_checks: {annotations: yes}
slack_app: {enabled: no}
parsers: {go: {partials_as_hits: yes}, gcov: {branch_detection: {loop: yes}}, v1: {include_full_missed_files: no}}
bundle_analysis: {status: informational, warning_threshold: 10kb}
test_analytics: {flake_detection: no}
profiling: {critical_files_paths: [src/core], fixes: ["a::b"], grouping_attributes: [x]}
beta_groups: [one]
ai_pr_review: {enabled: no}
cli: {plugins: {pycoverage: {report_type: json}}}
`;

describe("a repository's yaml", () => {
  it("may be empty", () => {
    expect(readRepositoryYaml("")).toMatchObject({ yaml: {}, faults: [], notes: [] });
    expect(readRepositoryYaml("# nothing yet\n")).toMatchObject({ yaml: {}, faults: [] });
  });

  it("says yes and off as YAML 1.1 does", () => {
    const { yaml } = readRepositoryYaml("codecov:\n  require_ci_to_pass: yes\n  max_report_age: off\ncomment: no\n");
    expect(yaml).toEqual({ codecov: { require_ci_to_pass: true, max_report_age: false }, comment: false });
  });

  it("keeps the names of flags as they are written", () => {
    const { yaml } = readRepositoryYaml("flags:\n  3.10: {carryforward: true}\n  on: {carryforward: true}\n");
    expect(Object.keys(yaml?.flags ?? {})).toEqual(["3.10", "on"]);
  });

  it("takes older keys from where they were once written, with their own positions", () => {
    const { yaml } = readRepositoryYaml("coverage:\n  ignore: [a]\n  fixes: ['a::b']\n  precision: 1\n");
    expect(yaml).toEqual({ coverage: { precision: 1 }, ignore: ["a"], fixes: ["a::b"] });
    expect(readRepositoryYaml("codecov:\n  notify:\n    require_ci_to_pass: no\n").yaml).toEqual({
      codecov: { notify: {}, require_ci_to_pass: false },
    });
    expect(faultsOf("coverage:\n  ignore:\n    - src\n    - 7\n")).toEqual([
      expect.stringMatching(/^codecov\.yml:4:7 ignore\[1\] must be .*, not 7/),
    ]);
  });

  it("counts keys without a value as absent, and a status without one as a status", () => {
    const { yaml } = readRepositoryYaml("ignore:\ncoverage:\n  status:\n    project:\n      default:\n    patch:\n");
    expect(yaml).toEqual({ coverage: { status: { project: { default: true } } } });
  });

  it("follows aliases and merges, and locates what they repeat", () => {
    expect(faultsOf("flags:\n  a: &a {carryforward: maybe}\n  b: *a\n")).toEqual([
      expect.stringMatching(/^codecov\.yml:2:24 flags\.a\.carryforward must be true or false/),
      expect.stringMatching(/^codecov\.yml:3:6 flags\.b\.carryforward must be true or false/),
    ]);
    const { yaml } = readRepositoryYaml(
      "flags:\n  a: &a {carryforward: true}\n  b: {<<: *a, joined: false}\n  c: *a\n",
    );
    expect(yaml?.flags).toEqual({
      a: { carryforward: true },
      b: { carryforward: true, joined: false },
      c: { carryforward: true },
    });
  });

  it("may say all that Codecov understands", () => {
    const { yaml, faults, notes } = readRepositoryYaml(EVERYTHING);
    expect([faults, notes]).toEqual([[], []]);
    expect(shownYaml(yaml ?? {})).toMatchObject({
      codecov: { branch: "main", max_report_age: 86_400, token: "hidden", url: "https://coverage.example.com" },
      coverage: {
        range: [70, 100],
        status: {
          project: { default: { target: "auto", threshold: 0.5, branches: ["^main$", "^release/.*"] }, api: false },
          patch: true,
        },
        notify: { slack: { team: { url: "hidden", threshold: 1 } }, email: { all: { to: ["hidden"] } } },
      },
      ignore: ["^vendor.*", "(?s:.*/[^/]*\\.pb\\.go)\\z"],
      fixes: ["^build/::src/", "::lib/"],
      flag_management: { default_rules: { statuses: [{ type: "project", target: 80 }] } },
      component_management: { individual_components: [{ component_id: "front", flag_regexes: ["unit-.*"] }] },
      comment: { layout: "reach, diff, files:10", require_changes: [["coverage_drop", "uncovered_patch"]] },
      bundle_analysis: { warning_threshold: { unit: "bytes", value: 10_000 } },
      cli: { plugins: { pycoverage: { report_type: "json" } } },
    });
  });

  it("may exclude without quotes", () => {
    const { yaml } = readRepositoryYaml("codecov:\n  ci:\n    - !appveyor\nflags:\n  a:\n    paths: [!ui/, !gen/**]\n");
    expect(yaml).toEqual({ codecov: { ci: ["!appveyor"] }, flags: { a: { paths: ["!ui/", "!gen/**"] } } });
  });

  it("cannot reach an object's prototype", () => {
    const { yaml } = readRepositoryYaml("flags:\n  __proto__: {joined: false}\n  constructor: {joined: false}\n");
    expect(Object.keys(yaml?.flags ?? {})).toEqual(["__proto__", "constructor"]);
    expect(({} as { joined?: boolean }).joined).toBeUndefined();
  });
});

describe("faults of a repository's yaml", () => {
  it("are told all at once, in the order of the file, each with line, column, what was given and what is allowed", () => {
    expect(
      faultsOf(`codecov:
  bot: 12
coverage:
  precison: 2
  round: donw
  range: 90..70
  status:
    project:
      "my status": yes
      x: {target: abc}
after_n_builds: 3
flags:
  a: {carryforward: maybe}
`),
    ).toEqual([
      "codecov.yml:2:8 codecov.bot must be the name of a user, not 12: put it in quotes",
      "codecov.yml:4:3 precison is no key of coverage: did you mean precision?",
      'codecov.yml:5:10 coverage.round must be one of down, up, nearest, not "donw": did you mean down?',
      'codecov.yml:6:10 coverage.range must be two percentages such as 60..80 or [60, 80], not "90..70": its first end is the greater one',
      'codecov.yml:9:7 "my status" is no name for coverage.status.project: it must be one of letters, digits, _, - and .',
      'codecov.yml:10:19 coverage.status.project.x.target must be auto or a percentage such as 80, 80.5 or 80%, not "abc": it is no number',
      "codecov.yml:11:1 after_n_builds is no key of the file: it belongs in codecov.notify or flags.NAME or flag_management.default_rules",
      'codecov.yml:13:21 flags.a.carryforward must be true or false, not "maybe"',
    ]);
  });

  it.each([
    ["coverage: []", "codecov.yml:1:11 coverage must be a section with keys of its own, not a list"],
    ["ignore: src", 'codecov.yml:1:9 ignore must be a list, each item after a dash, not "src"'],
    ["coverage: {precision: 100}", "codecov.yml:1:23 coverage.precision must be a whole number from 0 to 99, not 100"],
    ["fixes: [a]", 'codecov.yml:1:9 fixes[0] must be before::after, before:: or ::after, not "a": it has no ::'],
    ["comment: {layout: 'reach nothing'}", /comment\.layout must be .*: "reach nothing" is none of its parts$/],
    [
      "coverage: {status: {project: 'off'}}",
      /status\.project must be true, false, or .*, not "off": leave the quotes out$/,
    ],
    ["comment: {require_changes: sometimes}", /"sometimes" is no such change$/],
    ["codecov: {max_report_age: soon}", /codecov\.max_report_age must be a time such as 12h/],
    ["codecov: {url: here}", /codecov\.url must be an address such as .*: it is no address$/],
    ["bundle_analysis: {warning_threshold: 5 apples}", /must be a size such as 10 kB, or a percentage, not "5 apples"/],
    ["ignore: ['^(?!src)']", /^codecov\.yml:1:10 ignore\[0\] must be .*: look-around, .* is not supported$/],
    ["ignore: ['(a)[b]\\1$']", /: a back-reference such as \\1 is not supported$/],
    ["ignore: ['!']", /: nothing is left of it$/],
    [`ignore: ['${"a".repeat(1001)}$']`, /: it is longer than 1000 characters$/],
    [
      "component_management: {individual_components: [{name: a}]}",
      /individual_components\[0\] needs component_id: a text$/,
    ],
    [
      "flag_management: {individual_flags: [{name: a, required: no}]}",
      /required is no key of .*: it belongs in flags\.NAME$/,
    ],
    ['flags: {"a\'b": {}}', /"a'b" is no name for flags: it must be one without quotes/],
    ["nonsense: 1", /^codecov\.yml:1:1 nonsense is no key of the file: allowed are codecov, coverage, ignore, /],
  ])("%s", (text, expected) => {
    const faults = faultsOf(text);
    expect(faults.some((fault) => (typeof expected === "string" ? fault === expected : expected.test(fault)))).toBe(
      true,
    );
  });

  it("do not tell secrets", () => {
    const faults = faultsOf("codecov: {token: 1234567}\ncoverage: {notify: {slack: {a: {url: [hush]}}}}\n");
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toMatch(/1234567|hush/);
  });

  it.each([
    ["a: [1,\n b: }", 2],
    ["- a", 1],
    ["just a text", 1],
    ["coverage:\n\tprecision: 1", 2],
    ["[".repeat(10_000), 1],
    [`${" ".repeat(3000)}a: 1`, 1],
    [`ignore: &a [x]\nfixes: [${"*a, ".repeat(2000)}]`, 1],
    [`a: ${"x".repeat(LARGEST_YAML)}`, 1],
  ])("end in one when it is no yaml (%#)", (text, line) => {
    const read = readRepositoryYaml(text);
    expect(read).toMatchObject({ yaml: null, parsed: false, faults: [{ line, path: [] }] });
  });

  it("tell when patterns are too many for what they repeat, before they are compiled", () => {
    const text = `ignore:\n${Array.from({ length: 200 }, (_, index) => `  - ^x${index}[a-z]{1,1000}$\n`).join("")}`;
    expect(faultsOf(text)).toEqual(["codecov.yml:1:1 the file's patterns repeat too much, all in all"]);
  });

  it("are no more than somebody can read", () => {
    const text = Array.from({ length: 3000 }, (_, index) => `k${index}: 1`).join("\n");
    expect(faultsOf(text)).toHaveLength(100);
  });
});

describe("notes on a repository's yaml", () => {
  it("tell of keys that are there twice, of which the last one counts", () => {
    const { yaml, notes } = readRepositoryYaml("coverage:\n  precision: 1\n  precision: 3\n");
    expect(yaml).toEqual({ coverage: { precision: 3 } });
    expect(notes).toMatchObject([{ line: 3, column: 3, message: "precision is there twice: the last one counts" }]);
  });

  it("tell of parts of a layout that nobody knows", () => {
    const { yaml, notes } = readRepositoryYaml("comment:\n  layout: reach, condensed_diff\n");
    expect(yaml).not.toBeNull();
    const message = "comment.layout names parts that there are not: condensed_diff";
    expect(notes).toMatchObject([{ line: 2, column: 11, message }]);
  });

  it("tell of patterns that fit no file", () => {
    const { notes } = readRepositoryYaml("ignore:\n  - vendor\n  - /vendor\n");
    expect(notes).toMatchObject([{ line: 3, column: 5, path: ["ignore", "1"] }]);
  });

  it("are told beside faults, but not of values that are wrong anyway", () => {
    const { faults, notes } = readRepositoryYaml(
      'ignore: ["/src/z", "/src/(?=x)y"]\ncoverage: {precision: 100}\ncomment: {layout: "reach, dif"}\nflags: {a: {paths: /x}}\n' +
        "coment: {layout: reach dif}\n",
    );
    expect(faults).toMatchObject([
      { path: ["ignore", "1"] },
      { path: ["coverage", "precision"] },
      { path: ["flags", "a", "paths"] },
      { path: ["coment"] },
    ]);
    expect(notes).toMatchObject([{ path: ["ignore", "0"] }, { path: ["comment", "layout"] }]);
  });
});

describe("any text", () => {
  const pattern = fc.oneof(
    fc.constantFrom(
      "src",
      "**/*.ts",
      "!gen",
      "^a.*$",
      "[ab]*/x",
      "a::b",
      "::c",
      "x::",
      "(",
      "a{2}",
      "main",
      "release/*",
    ),
    fc.string({ maxLength: 8 }),
  );
  const patterns = fc.array(pattern, { maxLength: 4 });
  const flag = fc.record(
    { paths: patterns, ignore: patterns, carryforward: fc.boolean(), joined: fc.boolean() },
    { requiredKeys: [] },
  );
  const file = fc.record(
    {
      ignore: patterns,
      fixes: patterns,
      flags: fc.dictionary(fc.constantFrom("unit", "e2e", "__proto__"), flag),
      coverage: fc.record({
        range: fc.constantFrom("60..80", [1, 2], "80..60"),
        precision: fc.integer({ min: -1, max: 9 }),
      }),
      component_management: fc.record({
        individual_components: fc.array(
          fc.record({ component_id: fc.string(), paths: patterns, flag_regexes: patterns }),
        ),
      }),
      comment: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  it("is read, and what is accepted can be applied", () => {
    let accepted = 0;
    const text = fc.oneof(
      file.map((value) => JSON.stringify(value)),
      fc.string(),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (written) => {
        const { yaml, faults } = readRepositoryYaml(written);
        expect(yaml === null).toBe(faults.length > 0);
        if (yaml === null) return;
        accepted++;
        shownYaml(yaml);
        const effective = effectiveYaml({ commit: yaml });
        shownCoverage(effective);
        pathFixes(effective).after("src/a.ts");
        uploadFilter(effective, ["unit", "e2e"]).includes("src/a.ts");
        flagFilter(effective, "unit").paths.includes("src/a.ts");
        for (const component of components(effective)) component.includesSession(["unit"]);
        carryForward(effective, [
          { session: 0, name: "a", flags: ["unit"], carriedForward: carriesForward(effective) },
        ]);
      }),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});

describe("a yaml in which every character is wrong", () => {
  it("is refused without an account of each, which takes long", () => {
    const text = `flags: {${",".repeat(8_000)}}`;
    const spent = (read: () => unknown): number => {
      const before = process.cpuUsage();
      read();
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const options = { version: "1.1", prettyErrors: false, uniqueKeys: false } as const;
    const ours = () => spent(() => expect(readRepositoryYaml(text).faults).toHaveLength(1));
    const parser = () => spent(() => expect(parseDocument(text, options).errors.length).toBeGreaterThan(7_900));
    const pairs = [1, 2, 3].map(() => parser() / ours());
    expect(Math.max(...pairs)).toBeGreaterThan(1.5);
  });
});
