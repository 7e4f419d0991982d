import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COBERTURA, ingestBody, lcovRecord } from "../support/ingesting.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const body = (content: Parameters<typeof ingestBody>[1]) => ingestBody(folder, content);

describe("the session report", () => {
  it("merges what several reports, or names, say of one file", async () => {
    const { files, account } = await body(
      `src/a.js\n<<<<<< network\n# path=one\n${lcovRecord("/ci/src/a.js", 1)}<<<<<< EOF\n# path=two\n${lcovRecord("SRC/a.js", 2)}<<<<<< EOF`,
    );
    expect(files).toEqual({ "src/a.js": { 1: 1, 2: 1 } });
    expect(account.reports.map(({ files }) => files)).toEqual([1, 1]);
  });

  it("passes over folders that are longer than any", async () => {
    const long = "d/".repeat(3000);
    const section = (name: string) => `# path=${long}lcov.info\n${lcovRecord(name, 1)}<<<<<< EOF\n`;
    const { files } = await body(`src/a.js\n<<<<<< network\n${section("src/a.js")}${section("b.js")}`);
    expect(files).toEqual({ "src/a.js": { 1: 1 } });
  });

  it("finds names that are relative to the report's folder, or to its sources", async () => {
    const network = "web/src/a.js\nback/app/b.py\nother/a.js\nother/b.py\n<<<<<< network\n";
    const lcov = `# path=web/coverage/lcov.info\n${lcovRecord("../src/a.js", 1)}<<<<<< EOF\n`;
    const xml =
      '# path=c.xml\n<coverage><source>/ci/back/app</source><class filename="b.py"><line number="1" hits="1"/></class></coverage>';
    expect(Object.keys((await body(network + lcov + xml)).files)).toEqual(["back/app/b.py", "web/src/a.js"]);
  });

  it("never has a path that leads out of the repository", async () => {
    const names = ["../../etc/passwd", "/etc/passwd", "a/../../b.js", "..\\..\\c.js", "C:\\d.js"];
    const { files, report } = await body(names.map((name) => lcovRecord(name, 1)).join(""));
    expect(Object.keys(files)).toEqual(["c.js", "d.js", "etc/passwd"]);
    expect(report.dropped).toEqual([{ path: "a/../../b.js", reason: "its name leads out of the repository" }]);
  });

  it("leaves out files without lines, and files of which all lines are ignored", async () => {
    const { files, report } = await body(
      `# path=x\n${lcovRecord("a.js", 1)}${lcovRecord("b.js")}${lcovRecord("c.js", 3)}<<<<<< EOF\n# path=fixes\nc.js:3\n<<<<<< EOF`,
    );
    expect(Object.keys(files)).toEqual(["a.js"]);
    expect(report.dropped).toEqual([
      { path: "b.js", reason: "it has no lines" },
      { path: "c.js", reason: "all of its lines are ignored" },
    ]);
  });

  it("tells which paths a file was looked for under, the first few of them", async () => {
    const { report } = await body(`src/a.js\n<<<<<< network\n# path=web/lcov.info\n${lcovRecord("lib/b.js", 1)}`);
    expect(report.dropped).toEqual([
      {
        path: "lib/b.js",
        reason: "the repository's file list has no such file",
        tried: ["lib/b.js", "web/lib/b.js"],
      },
    ]);
    const sources = Array.from({ length: 9 }, (_, number) => `<source>/s${number}</source>`).join("");
    const xml = COBERTURA.replace("<coverage>", `<coverage><sources>${sources}</sources>`);
    expect((await body(`src/a.js\n<<<<<< network\n${xml}`)).report.dropped[0].tried).toEqual([
      "src/b.py",
      ...[0, 1, 2, 3].map((number) => `s${number}/src/b.py`),
    ]);
  });

  it("looks for names under a report's sources so often, and then as they are, which a note says", async () => {
    const sources = Array.from({ length: 100 }, (_, number) => `<source>/s/${number}</source>`).join("");
    const report = (...names: string[]) =>
      `<coverage><sources>${sources}</sources>${names.map((name) => `<class filename="${name}"><line number="1" hits="1"/></class>`).join("")}</coverage>`;
    const network = "a.py\ns/99/b.py\nt/b.py\n<<<<<< network\n";
    const few = await body(network + report("a.py", "b.py"));
    expect(Object.keys(few.files)).toEqual(["a.py", "s/99/b.py"]);
    expect(few.account.notes).toEqual([]);
    const others = Array.from({ length: 12_000 }, (_, number) => `${number}.py`);
    const many = await body(network + report(...others, "a.py", "b.py"));
    expect(Object.keys(many.files)).toEqual(["a.py"]);
    expect(many.account.notes).toEqual([
      "file names were looked for beside their reports and under sources too often: the rest were looked for as they are",
    ]);
  });

  it("tells all names that a report has for a file that was looked for", async () => {
    const jacoco =
      '<report name="app"><package name="p"><sourcefile name="C.java"><line nr="1" mi="0" ci="1"/></sourcefile></package></report>';
    const { report } = await body(`src/a.js\n<<<<<< network\n${jacoco}`);
    expect(report.dropped[0].tried).toEqual(["app/p/C.java", "app/src/main/java/p/C.java", "p/C.java"]);
  });

  it("says so when a report has no files", async () => {
    const { report, error } = await body("<coverage/>");
    expect(report).toMatchObject({ format: "cobertura", files: 0, notes: ["it names no file that has coverage"] });
    expect(error).toBe("report_empty");
  });

  it("keeps the colour that a report begins with", async () => {
    const shown = "\u001b[0;36m/a.c:\n\u001b[0m    1|      3|x\n";
    expect((await body(shown)).files).toEqual({ "a.c": { 1: 3 } });
  });

  it("takes a file that is named more often than pieces are kept, where that adds no line", async () => {
    const { files, report } = await body(`/a.c:\n    1|      3|x\n\n${"m:\n".repeat(2_000_001)}`);
    expect(files).toEqual({ "a.c": { 1: 3 } });
    expect(report).toMatchObject({ format: "xcode", droppedCount: 1, dropped: [{ path: "m" }] });
  });

  it("counts all files that were left out, and names a hundred of them", async () => {
    const records = Array.from({ length: 250 }, (_, number) => lcovRecord(`x/${number}.js`, 1)).join("");
    const { report, error } = await body(`src/a.js\n<<<<<< network\n${records}`);
    expect(report.droppedCount).toBe(250);
    expect(report.dropped).toHaveLength(100);
    expect(error).toBe("report_empty");
  });

  it("names a thousand files left out of many reports, and then two of each that is left", async () => {
    const report = (of: number) =>
      Array.from({ length: 60 }, (_, number) => lcovRecord(`x/${of}/${number}.js`, 1)).join("");
    const reports = Array.from({ length: 30 }, (_, number) => `# path=${number}.info\n${report(number)}<<<<<< EOF\n`);
    const { account } = await body(`src/a.js\n<<<<<< network\n${reports.join("")}`);
    const listed = account.reports.map(({ dropped }) => dropped.length);
    expect(listed.slice(0, 16)).toEqual(Array(16).fill(60));
    expect(listed.slice(17)).toEqual(Array(13).fill(2));
    expect(account.reports.every(({ droppedCount }) => droppedCount === 60)).toBe(true);
  });

  it("is in the order of the paths' bytes", async () => {
    const names = ["b", "a/b", "a-b", "\u{1f600}", "\uffee", "Z"];
    const { files } = await body(names.map((name) => lcovRecord(name, 1)).join(""));
    expect(Object.keys(files)).toEqual(["Z", "a-b", "a/b", "b", "\uffee", "\u{1f600}"]);
  });

  it("leaves nothing behind in the temporary folder but itself", async () => {
    const big = Array.from({ length: 4000 }, (_, number) =>
      lcovRecord(`src/${number}.js`, ...Array.from({ length: 800 }, (_, line) => line * 2 + 1 + (number % 2))),
    );
    const { files } = await body(big.map((record) => Buffer.from(record)));
    expect(Object.keys(files)).toHaveLength(4000);
    expect(files["src/77.js"]).toHaveProperty("2", 1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
