import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COBERTURA, ingestBody, lcovRecord } from "../support/ingesting.js";
import { cutAt } from "../support/parsing.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const body = (content: Parameters<typeof ingestBody>[1]) => ingestBody(folder, content);

describe("the text that uploaders send", () => {
  const sections = (...parts: string[]) => parts.join("\n");

  it("has a list of files, an environment, reports with their names, and lines to ignore", async () => {
    const { files, account } = await body(
      sections(
        "CI=true\n<<<<<< ENV",
        "codecov.yml\nsrc/a.js\nsrc/b.py\n<<<<<< network",
        "# path=coverage/lcov.info",
        `${lcovRecord("/home/ci/work/src/a.js", 1, 2, 3)}${lcovRecord("other.js", 1)}<<<<<< EOF`,
        "# path=coverage.xml",
        `${COBERTURA}\n<<<<<< EOF`,
        "# path=fixes",
        "./src/a.js:2\nEOF: 5 src/b.py\n<<<<<< EOF",
      ),
    );
    expect(files).toEqual({ "src/a.js": { 1: 1, 3: 1 }, "src/b.py": { 1: 3 } });
    expect(account.reports).toMatchObject([
      {
        name: "coverage/lcov.info",
        format: "lcov",
        files: 1,
        dropped: [{ path: "other.js", reason: "the repository's file list has no such file" }],
      },
      { name: "coverage.xml", format: "cobertura", files: 1, dropped: [] },
    ]);
  });

  it("may have its sections in any order, and a last report without a marker", async () => {
    const { files } = await body(
      sections(
        "# path=fixes\nsrc/a.js:2\n<<<<<< EOF",
        `${lcovRecord("x/src/a.js", 1, 2)}<<<<<< EOF`,
        "src/a.js\nsrc/b.py\n<<<<<< network",
        COBERTURA,
      ),
    );
    expect(files).toEqual({ "src/a.js": { 1: 1 }, "src/b.py": { 1: 3, 9: 0 } });
  });

  it("may have long lists of lines to ignore", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => index + 1);
    const fixes = `# path=fixes\na.js:${lines.slice(1).join(",")}\n<<<<<< EOF\n`;
    const text = Buffer.from(`${fixes}${lcovRecord("a.js", ...lines)}`);
    expect((await body(cutAt(text, [10_000, 30_000, 50_000, 90_000]))).files).toEqual({ "a.js": { 1: 1 } });
  });

  it("ends where the client says that the rest is to be ignored", async () => {
    const { files, account } = await body(
      `${lcovRecord("a.js", 1)}<<<<<< EOF\n==FROMNOWONIGNOREDBYCODECOV==>>>\n${lcovRecord("b.js", 1)}<<<<<< EOF`,
    );
    expect(Object.keys(files)).toEqual(["a.js"]);
    expect(account.reports).toHaveLength(1);
  });

  it("may begin a report with a line that is too long for its name", async () => {
    const { files, report } = await body(`# path=${"x/".repeat(10_000)}\n${lcovRecord("a.js", 1)}`);
    expect(files).toEqual({ "a.js": { 1: 1 } });
    expect(report.name).toBeNull();
  });

  it("keeps coverage.json alone where coverage.lcov has the same coverage", async () => {
    const json = {
      "a.js": { statementMap: { 0: { start: { line: 1, column: 0 }, end: { line: 1, column: 9 } } }, s: { 0: 2 } },
    };
    const { files, account } = await body(
      sections(
        `# path=coverage/coverage.lcov\n${lcovRecord("a.js", 1, 2)}<<<<<< EOF`,
        `# path=coverage/coverage.json\n${JSON.stringify(json)}\n<<<<<< EOF`,
      ),
    );
    expect(files).toEqual({ "a.js": { 1: 2 } });
    expect(account.reports.map(({ name, files, notes }) => [name, files, notes])).toEqual([
      ["coverage/coverage.lcov", 0, ["left out: coverage/coverage.json has the same coverage"]],
      ["coverage/coverage.json", 1, []],
    ]);
  });

  it("takes four times as long for four times as many markers", async () => {
    const took: number[] = [];
    for (const count of [50_000, 200_000]) {
      const text = Buffer.from("<<<<<< ENV\n".repeat(count));
      const started = performance.now();
      await body([text]);
      took.push(performance.now() - started);
    }
    expect(took[1]).toBeLessThan(8 * took[0] + 200);
  });

  it("may have a list of files that looks like something else", async () => {
    const { files } = await body(`[slug]/page.js\n{x}/y.js\nsrc/a.js\n<<<<<< network\n${lcovRecord("ci/src/a.js", 1)}`);
    expect(files).toEqual({ "src/a.js": { 1: 1 } });
  });

  it("may have a report with a first record that comes late", async () => {
    const late = `${"# what a tool printed\n".repeat(100_000)}${lcovRecord("a.js", 1)}`;
    expect((await body(late)).files).toEqual({ "a.js": { 1: 1 } });
    expect(
      (await body(Array.from(Buffer.from("noise\n"), (byte) => Buffer.from([byte])).concat(Buffer.from(late)))).files,
    ).toEqual({
      "a.js": { 1: 1 },
    });
  });

  it("finds a file by the first of its names that the repository has", async () => {
    const jacoco = (file: string) =>
      `<report name="app"><package name="p"><sourcefile name="${file}"><line nr="1" mi="0" ci="2" mb="0" cb="0"/></sourcefile></package></report>`;
    const network = "app/src/main/java/p/A.java\nother/src/main/java/p/A.java\nlib/src/p/B.java\n<<<<<< network\n";
    const { files, report } = await body(`${network}# path=a.xml\n${jacoco("A.java")}\n<<<<<< EOF\n`);
    expect({ files, format: report.format }).toEqual({
      files: { "app/src/main/java/p/A.java": { 1: 2 } },
      format: "jacoco",
    });
    const last = await body(`${network}# path=b.xml\n${jacoco("B.java")}\n<<<<<< EOF\n`);
    expect(last.files).toEqual({ "lib/src/p/B.java": { 1: 2 } });
    const none = await body(`${network}# path=c.xml\n${jacoco("C.java")}\n<<<<<< EOF\n`);
    expect(none.report.dropped.map(({ path }) => path)).toEqual(["app/p/C.java"]);
  });

  it("loses no report to a bad one beside it, and says what was wrong with each", async () => {
    const { files, account } = await body(
      sections(
        "# path=bad.xml\n<!DOCTYPE x [<!ENTITY a 'b'>]><coverage/>\n<<<<<< EOF",
        "# path=junit.xml\n<testsuites><testsuite/></testsuites>\n<<<<<< EOF",
        "# path=notes.txt\nhello\n<<<<<< EOF",
        "# path=empty.info\n\n<<<<<< EOF",
        `# path=good.info\n${lcovRecord("a.js", 1)}<<<<<< EOF`,
      ),
    );
    expect(files).toEqual({ "a.js": { 1: 1 } });
    expect(account.reports.map(({ name, format, notes }) => [name, format, notes])).toEqual([
      ["bad.xml", "cobertura", ["the document declares an XML entity, which is not allowed in a report"]],
      ["junit.xml", null, ["it holds test results (JUnit XML), not coverage"]],
      ["notes.txt", null, [expect.stringMatching(/^not recognised as a coverage report: it begins with "/)]],
      ["empty.info", null, ["it is empty"]],
      ["good.info", "lcov", []],
    ]);
  });

  it("keeps coverage.lcov as long as the coverage.json beside it is not read", async () => {
    const json = '# path=coverage/coverage.json\n{"a.js":{"statementMap":{}}}\n<<<<<< EOF';
    const { files } = await body(sections(json, `# path=coverage/coverage.lcov\n${lcovRecord("a.js", 1)}<<<<<< EOF`));
    expect(files).toEqual({ "a.js": { 1: 1 } });
  });

  it("does not depend on how it is cut into chunks", async () => {
    const text = Buffer.from(
      sections(
        "A=b\n<<<<<< ENV",
        "src/ä.js\nsrc/b.py\n<<<<<< network",
        `# path=lcov.info\n${lcovRecord("src/ä.js", 1, 2)}\n<<<<<< EOF`,
        `  \n${COBERTURA}\n<<<<<< EOF`,
        "# path=fixes\nsrc/ä.js:2\n<<<<<< EOF\n==FROMNOWONIGNOREDBYCODECOV==>>>x",
      ),
    );
    const { files } = await body(text);
    expect(files).toEqual({ "src/ä.js": { 1: 1 }, "src/b.py": { 1: 3, 9: 0 } });
    expect((await body(Array.from(text, (byte) => Buffer.from([byte])))).files).toEqual(files);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 6 }), async (places) => {
        expect((await body(cutAt(text, places))).files).toEqual(files);
      }),
      { numRuns: 60 },
    );
  });
});
