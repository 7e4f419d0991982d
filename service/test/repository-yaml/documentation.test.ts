import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LAYOUT_PARTS } from "../../src/repository-yaml/grammars.js";
import { LONGEST_PATTERN } from "../../src/repository-yaml/patterns/regex.js";
import { readRepositoryYaml } from "../../src/repository-yaml/read-repository-yaml.js";
import { RepositoryYamlFile } from "../../src/repository-yaml/schema/repository-yaml-file.js";
import { LARGEST_YAML } from "../../src/repository-yaml/yaml-text.js";

const page = readFileSync(new URL("../../../docs/codecov-yml.md", import.meta.url), "utf8");

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The names of all values that a file may have, a list of sections as `list[].key`. */
function keysOf(schema: Schema, above = ""): readonly string[] {
  const join = (key: string) => (above === "" ? key : `${above}.${key}`);
  const named = Object.values(schema.patternProperties ?? {}).flatMap((below) => keysOf(below, join("NAME")));
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, below]) => keysOf(below, join(key)));
  const items = schema.items?.properties ? keysOf(schema.items, `${above}[]`) : [];
  const below = [...named, ...own, ...items];
  return below.length > 0 ? below : [above];
}

/** The names in the first column of the page's tables, `.key` completed by the name before it. */
const documented = new Set(
  page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => {
      let section = "";
      return [...line.split(" | ")[0].matchAll(/`([^`]+)`/g)].map(([, name]) => {
        if (!name.startsWith(".")) section = name.slice(0, name.lastIndexOf("."));
        return name.startsWith(".") ? `${section}${name}` : name;
      });
    }),
);

/** Statuses have the same keys wherever they are, and so have notifiers. */
function asDocumented(key: string): readonly string[] {
  const status = key.replace(/^coverage\.status\.\w+\.NAME\./, "coverage.status.*.NAME.");
  const listed = /statuses\[\]\.(.*)$/.exec(key)?.[1];
  const notifier = key.replace(/^coverage\.notify\.\w+\./, "coverage.notify.*.");
  return [key, status, notifier, ...(listed ? [`statuses[].${listed}`, `coverage.status.*.NAME.${listed}`] : [])];
}

describe("the page on a repository's yaml", () => {
  it("has a row for every key", () => {
    const keys = keysOf(RepositoryYamlFile as Schema);
    expect(keys.length).toBeGreaterThan(150);
    expect(keys.filter((key) => !asDocumented(key).some((name) => documented.has(name)))).toEqual([]);
  });

  it("has no key that there is not", () => {
    const known = new Set(keysOf(RepositoryYamlFile as Schema).flatMap(asDocumented));
    const section = (name: string) =>
      [...known].some((key) => key.startsWith(`${name}.`) || key.startsWith(`${name}[]`));
    const others = [...documented].filter((name) => name.includes(".") && /^[\w.[\]*]+$/.test(name));
    expect(others.filter((name) => !known.has(name) && !section(name))).toEqual([]);
  });

  it("shows files that are right, and every part of a layout or its older form", () => {
    const files = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(readRepositoryYaml(file)).toMatchObject({ faults: [], notes: [] });
    const layout = page.split("\n").find((line) => line.startsWith("| `comment.layout`")) ?? "";
    const shown = [...layout.matchAll(/`(\w+)`/g)].map(([, name]) => name).filter((name) => name !== "comment");
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((name) => !LAYOUT_PARTS.includes(name))).toEqual([]);
  });

  it("tells the limits", () => {
    expect(page).toContain(`A file may have ${LARGEST_YAML / 1024} KiB.`);
    expect(page).toContain(`A pattern has ${LONGEST_PATTERN} characters at most.`);
  });
});
