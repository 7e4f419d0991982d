import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cliFile, lcovRecord } from "../support/ingesting.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const folder = temporaryFolder();

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function inspect(parameters: readonly string[], input = "") {
  const child = spawn(process.execPath, [MAIN, "inspect", ...parameters]);
  child.stdin.end(input);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, status };
}

const LCOV =
  "TN:\nSF:src/a.c\nDA:1,0\nDA:2,3\nBRDA:2,0,0,1\nBRDA:2,0,1,-\nend_of_record\nSF:x/../../b.c\nDA:1,1\nend_of_record\n";
const lcov = file("lcov.info", LCOV);
const xml = file(
  "coverage.xml",
  '<coverage><class filename="src/a.c"><line number="1" hits="2"/><line number="9" hits="-1"/></class></coverage>',
);
const TOTALS = { branches: 1, methods: 0, complexity: 0, complexity_total: 0 };

describe("inspect --json", () => {
  it("prints format, values of every line, totals, notes and what was dropped", async () => {
    const { stdout, stderr, status } = await inspect(["--json", lcov]);
    expect(JSON.parse(stdout)).toEqual({
      format: "lcov",
      files: {
        "src/a.c": {
          lines: { 1: 0, 2: "1/2" },
          kinds: { 2: "b" },
          missing: { 2: ["0:1"] },
          totals: { lines: 2, hits: 0, misses: 1, partials: 1, coverage: "0", ...TOTALS },
        },
      },
      totals: { files: 1, lines: 2, hits: 0, misses: 1, partials: 1, coverage: "0", ...TOTALS },
      notes: [],
      dropped: [{ path: "x/../../b.c", reason: "its name leads out of the repository" }],
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });

  it("prints what lines have beside their values, where they have it", async () => {
    const clover = file(
      "clover.xml",
      '<coverage generated="1"><file name="a.js"><line num="1" type="method" count="1" complexity="3"/></file></coverage>',
    );
    const shown = file("shown.txt", "a.c:\n    1|      3|\u001b[0;41mx\u001b[0m\n    2|      3|y\n");
    const { stdout } = await inspect(["--json", clover, shown]);
    const { files } = JSON.parse(stdout);
    expect(files["a.js"]).toMatchObject({ lines: { 1: 1 }, kinds: { 1: "m" }, complexity: { 1: [3, 0] } });
    expect(files["a.c"]).toMatchObject({ lines: { 1: 0, 2: 3 }, partials: { 1: [[0, 1, 0]] } });
    expect(Object.keys(files["a.c"])).toEqual(["lines", "partials", "totals"]);
  });

  it.each([
    ["xccoverage.plist", "x.plist", '<plist version="1.0"><dict/></plist>', "a property list other than"],
    ["app.coverage.txt", "x.txt", "nothing", "not recognised"],
  ])("takes the file's name as the report's: %s", async (name, other, content, reason) => {
    const named = await inspect(["--json", file(name, content)]);
    expect(named.stderr).toContain("it names no file that has coverage");
    expect((await inspect(["--json", file(other, content)])).stderr).toContain(reason);
  });

  it("finds sources by the names of reports that lie beside them", async () => {
    const { stdout } = await inspect(["--json", file("area.d.lst", "      1|f();\nx.d is 100% covered\n")]);
    expect(Object.keys(JSON.parse(stdout).files)).toEqual(["area.d"]);
    const gcov = await inspect(["--json", file("x.c.gcov", "        -:    0:Source:x.c\n        1:    1:x;\n")]);
    expect(Object.keys(JSON.parse(gcov.stdout).files)).toEqual(["x.c"]);
  });

  it("takes several files together as one upload", async () => {
    const { stdout } = await inspect(["--json", lcov, xml]);
    expect(JSON.parse(stdout)).toMatchObject({
      format: "lcov+cobertura",
      files: { "src/a.c": { lines: { 1: 2, 2: "1/2", 9: -1 } } },
      totals: { files: 1, lines: 2, hits: 1, misses: 0, partials: 1, coverage: "50.00000", ...TOTALS },
    });
  });

  it("reads whole upload bodies, and standard input", async () => {
    const body = JSON.stringify({
      network_files: ["src/a.js"],
      coverage_files: [cliFile("l", lcovRecord("ci/src/a.js", 1))],
    });
    const { stdout } = await inspect(["--json", "-"], body);
    expect(JSON.parse(stdout)).toMatchObject({ format: "lcov", files: { "src/a.js": { lines: { 1: 1 } } } });
  });

  it.each([
    [
      "what is no report",
      file("notes.txt", "hello\n"),
      'not recognised as a coverage report: it begins with "hello\\n"',
    ],
    ["a file that is not there", join(folder, "missing"), "there is no such file"],
    ["a folder", folder, "it is a folder; give the files in it"],
    ["an empty file", file("empty", ""), "there is no report in it"],
  ])("ends with status 1 and one line of reason for %s, and still prints JSON", async (_, path, reason) => {
    const { stdout, stderr, status } = await inspect(["--json", path]);
    expect(status).toBe(1);
    expect(stderr).toBe(`${path}: ${reason}\n`);
    expect(JSON.parse(stdout)).toMatchObject({ format: null, files: {}, totals: { files: 0, coverage: null } });
  });

  it("prints what could be read of several files, and still ends with status 1", async () => {
    const { stdout, status } = await inspect(["--json", join(folder, "missing"), lcov]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ format: "lcov", totals: { files: 1 } });
  });
});

describe("inspect", () => {
  it("prints a table for people", async () => {
    const { stdout, status } = await inspect([lcov]);
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `lcov, ${Buffer.byteLength(LCOV)} bytes, files with coverage: 1`,
      "",
      "file         lines       hits   partials     misses   coverage",
      "src/a.c          2          0          1          1     0.00 %",
      "total            2          0          1          1     0.00 %",
      "",
      "left out:",
      "  x/../../b.c: its name leads out of the repository",
      "",
    ]);
  });

  it("tells under which paths a file that was left out was looked for", async () => {
    const body = file("body", `src/a.js\n<<<<<< network\n${lcovRecord("src/a.js", 1)}${lcovRecord("x/b.js", 1)}`);
    expect((await inspect([body])).stdout).toContain(
      "  x/b.js: the repository's file list has no such file; looked for x/b.js\n",
    );
  });

  it("rounds down, as pages and REST do", async () => {
    const rounded = file("rounded.info", "SF:a.c\nDA:1,1\nDA:2,1\nDA:3,0\nend_of_record\n");
    expect((await inspect([rounded])).stdout).toContain("66.66 %\n");
    expect(JSON.parse((await inspect(["--json", rounded])).stdout).totals.coverage).toBe("66.66667");
  });

  it("takes one name for each --flag, and files behind it", async () => {
    const yaml = file("codecov.yml", "flags: {unit: {paths: [src/]}, api: {paths: [api/]}}\n");
    const report = file("flags.info", ["src/a.c", "api/b.c", "etc/c.c"].map((path) => lcovRecord(path, 1)).join(""));
    const filesOf = async (...flags: string[]) =>
      Object.keys(JSON.parse((await inspect(["--json", "--yaml", yaml, ...flags, report])).stdout).files);
    expect(await filesOf("--flag", "unit")).toEqual(["src/a.c"]);
    expect(await filesOf("--flag", "unit", "--flag", "api")).toEqual(["api/b.c", "src/a.c"]);
    expect((await inspect(["--yaml", yaml, "--flag", "unit", report])).stdout).toContain(
      "  etc/c.c: the repository's yaml leaves it out: paths of flag unit\n",
    );
  });

  it("tells what is wrong with the yaml, and what was hardly meant, each at its place", async () => {
    const yaml = file("wrong.yml", 'ignore: ["/src/z"]\ncoverage: {precision: 100}\n');
    expect(await inspect(["--yaml", yaml, lcov])).toEqual({
      stdout: "",
      stderr:
        `${yaml}:2:23 coverage.precision must be a whole number from 0 to 99, not 100\n` +
        `${yaml}:1:10 note: ignore[0] starts with a slash, so it fits no file: paths start at the repository's root\n`,
      status: 1,
    });
  });

  it.each([
    ["that is not there", join(folder, "nofile"), "there is no such file"],
    ["that is a folder", folder, "it is a folder; give the codecov.yml in it"],
  ])("says that it is the yaml %s", async (_, yaml, why) => {
    expect(await inspect(["--yaml", yaml, lcov])).toEqual({
      stdout: "",
      stderr: `--yaml ${yaml}: ${why}\n`,
      status: 1,
    });
  });

  it.each([
    ["without a yaml", [], "12 hours"],
    ["by codecov.max_report_age", ["--yaml", file("age.yml", "codecov: {max_report_age: 2d}\n")], "48 hours"],
  ])("reads a report that is too old to be uploaded, and says so: %s", async (_, parameters, age) => {
    const old = file(
      "old.xml",
      '<coverage generated="1000000000"><file name="a.js"><line num="1" type="stmt" count="1"/></file></coverage>',
    );
    const { stdout, status } = await inspect([...parameters, old]);
    expect(status).toBe(0);
    expect(stdout).toContain("a.js ");
    expect(stdout).toContain(`made at 2001-09-09T01:46:40.000Z: an upload of it is refused, being older than ${age}`);
  });

  it("says nothing of a report's age where any is allowed", async () => {
    const old = file(
      "older.xml",
      '<coverage generated="1"><file name="a.js"><line num="1" type="stmt" count="1"/></file></coverage>',
    );
    const off = file("off.yml", "codecov: {max_report_age: off}\n");
    expect((await inspect(["--yaml", off, old])).stdout).not.toContain("made at");
  });

  it("tells what was left out when that is all", async () => {
    const none = file("none", `src/a.js\n<<<<<< network\n${lcovRecord("x/b.js", 1)}${lcovRecord("y/c.js", 1)}`);
    expect(await inspect([none])).toEqual({
      stdout: [
        "left out:",
        "  x/b.js: the repository's file list has no such file; looked for x/b.js",
        "  y/c.js: the repository's file list has no such file; looked for y/c.js",
        "",
      ].join("\n"),
      stderr: `${none}: nothing is kept of it; files left out: 2\n`,
      status: 1,
    });
  });

  it("says nothing but why, when there is nothing", async () => {
    const { stdout, stderr, status } = await inspect([join(folder, "missing")]);
    expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
    expect(stderr).toContain("there is no such file");
  });

  it("lets its reader stop early", async () => {
    const many = file("many.info", Array.from({ length: 20_000 }, (_, n) => lcovRecord(`src/${n}.js`, 1, 2)).join(""));
    const child = spawn(process.execPath, [MAIN, "inspect", "--json", many]);
    child.stdout.once("data", () => child.stdout.destroy());
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });
});
