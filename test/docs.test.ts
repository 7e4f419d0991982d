import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { aws } from "../stacks/clouds/aws.js";
import { azure } from "../stacks/clouds/azure.js";
import { gcp } from "../stacks/clouds/gcp.js";
import type { CloudModule, StrategyModule } from "../stacks/module.js";
import { SettingsFile } from "../stacks/settings.js";
import { optional } from "../stacks/shape.js";
import { kubernetes } from "../stacks/strategies/kubernetes.js";
import { loadBalanced } from "../stacks/strategies/load-balanced.js";
import { singleVm } from "../stacks/strategies/single-vm.js";
import { built } from "./support/built.js";
import { SLOW } from "./support/programs.js";

interface Block {
  readonly where: string;
  readonly language: string;
  readonly code: string;
}

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" }).map((name) => join("docs", name)),
];
const blocks = pages.filter(isMarkdown).flatMap(blocksOf);

const STRATEGIES: Readonly<Record<string, StrategyModule>> = {
  "single-vm": singleVm,
  "load-balanced": loadBalanced,
  kubernetes,
};
const CLOUDS: Readonly<Record<string, CloudModule>> = { aws, gcp, azure };

describe("code blocks of the documentation", SLOW, () => {
  it("compile against the built library, if they are TypeScript", () => {
    built();
    const sources = new Map(
      blocks
        .filter(({ language }) => language === "ts")
        .map(({ where, code }) => [join(process.cwd(), `${where.replace(/[^\w]+/g, "-")}.ts`), code]),
    );
    expect(sources.size).toBeGreaterThan(0);
    expect(compile(sources)).toEqual([]);
  });

  const settings = blocks.filter(({ language, code }) => language === "yaml" && code.startsWith("strategy:"));
  it.each(settings.map(({ where, code }) => [where, code]))("are settings that are accepted: %s", (where, code) => {
    const file = new SettingsFile(where, code);
    const { strategy, cloud } = file.kind();
    const { fields, onCluster } = STRATEGIES[strategy];
    const { fields: cloudFields, clusterShape } = CLOUDS[cloud];
    const all = { ...fields, ...cloudFields, ...(onCluster && { cluster: optional(clusterShape) }) };
    expect(file.read(all)).toMatchObject({ image: expect.anything() });
  });

  it("run npm scripts that are there, if they are for a shell", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const run = blocks
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => [...code.matchAll(/\bnpm (?:run (?:--\S+ )*)?([\w-]+)/g)].map(([, name]) => name));
    expect(run).toContain("synth");
    expect(run.filter((name) => !(name in scripts) && !["ci", "install", "pack"].includes(name))).toEqual([]);
  });
});

describe("pages of the documentation", () => {
  it.each(Object.entries(STRATEGIES))("mention every settings key of %s", (strategy, { fields }) => {
    expect(unmentioned(Object.keys(fields), `docs/library/${strategy}.md`, "docs/library/settings.md")).toEqual([]);
  });

  it.each(Object.entries(CLOUDS))("mention every settings key of %s, and of a cluster there", (_cloud, module) => {
    const { fields, clusterShape } = module;
    const keys = [...Object.keys(fields), "cluster", ...(clusterShape.form.split(" keys ")[1] ?? "").split(", ")];
    expect(keys.length).toBeGreaterThan(5);
    expect(unmentioned(keys, "docs/library/settings.md")).toEqual([]);
  });

  it("lead to files that are there", () => {
    const broken = pages.filter(isMarkdown).flatMap((page) => {
      const text = readFileSync(page, "utf8");
      const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target);
      const local = targets.filter((target) => !target.includes("://"));
      return local.filter((target) => !existsSync(join(dirname(page), target))).map((target) => `${page}: ${target}`);
    });
    expect(broken).toEqual([]);
  });

  it("lead to headings that are there", () => {
    const broken = pages.filter(isMarkdown).flatMap((page) => {
      const text = readFileSync(page, "utf8");
      return [...text.matchAll(/\]\(([^)#\s]*)#([^)]+)\)/g)]
        .filter(([, file]) => !file.includes("://"))
        .filter(([, file, anchor]) => !anchors(file ? join(dirname(page), file) : page).includes(anchor))
        .map(([link]) => `${page}: ${link}`);
    });
    expect(broken).toEqual([]);
  });
});

/** Keys that no row of a table in these pages names. */
function unmentioned(keys: readonly string[], ...pages: readonly string[]): readonly string[] {
  const rows = pages.flatMap((page) => readFileSync(page, "utf8").match(/^\|.*\|$/gm) ?? []);
  return keys.filter((key) => !rows.some((row) => new RegExp(`\`${key}[\`.]`).test(row)));
}

function isMarkdown(page: string): boolean {
  return page.endsWith(".md");
}

/** What a heading is linked by. */
function anchors(page: string): readonly string[] {
  const headings = readFileSync(page, "utf8").match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, "")
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gms)].map(({ 1: indent, 2: language, 3: code, index }) => ({
    where: `${page}:${text.slice(0, index).split("\n").length}`,
    language,
    code: code.replace(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** What the compiler objects to in these files, which exist in memory only. */
function compile(sources: ReadonlyMap<string, string>): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const code = sources.get(path);
    return code === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, code, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}, line ${line} of the block: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
