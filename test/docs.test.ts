import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { aws } from "../stacks/clouds/aws.js";
import { SettingsFile } from "../stacks/settings.js";
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
const blocks = pages.filter((page) => page.endsWith(".md")).flatMap(blocksOf);

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
    const { image } = new SettingsFile(where, code).read({ ...singleVm.fields, ...aws.fields }) as { image: string };
    expect(image).toContain(":");
  });

  it("mention every settings key of a single machine", () => {
    const page = readFileSync("docs/library/single-vm.md", "utf8");
    const keys = [...Object.keys(singleVm.fields), ...Object.keys(aws.fields)];
    expect(keys.filter((key) => !new RegExp(`^\\|.*\`${key}[\`.].*\\|`, "m").test(page))).toEqual([]);
  });
});

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language, 2: code, index }) => ({
    where: `${page}:${text.slice(0, index).split("\n").length}`,
    language,
    code,
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
