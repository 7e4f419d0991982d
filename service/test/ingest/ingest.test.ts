import { createHash } from "node:crypto";
import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { cliFile, ingestBody, lcovRecord, type UploadOptions } from "../support/ingesting.js";
import { cutAt } from "../support/parsing.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const body = (content: Parameters<typeof ingestBody>[1], options?: UploadOptions) =>
  ingestBody(folder, content, options);

const XML =
  '<coverage><class filename="src/b.py"><line number="1" hits="3"/><line number="9" hits="0"/></class></coverage>';

describe("a body that cannot be read", () => {
  it.each([
    ["before anything is read of it", () => createReadStream(join(folder, "missing"))],
    ["in its midst", () => Readable.from(brokenOff())],
  ])("is thrown as the fault that it is: %s", async (_, open) => {
    const options = { acceptsJson: false, limits: DEFAULT_LIMITS, temporaryFolder: folder };
    await expect(ingest(open(), options)).rejects.toThrow(/no such file/);
  });

  async function* brokenOff(): AsyncGenerator<Buffer> {
    yield Buffer.from(lcovRecord("a.js", 1));
    throw new Error("no such file any more");
  }
});

describe("an upload's body", () => {
  it("may be a bare report", async () => {
    const { files, account } = await body(lcovRecord("src/a.js", 1, 2));
    expect(files).toEqual({ "src/a.js": { 1: 1, 2: 1 } });
    expect(account).toMatchObject({
      receivedBytes: 44,
      expandedBytes: 44,
      notes: [],
      reports: [{ name: null, format: "lcov", files: 1, dropped: [], droppedCount: 0, notes: [] }],
    });
  });

  it("is unpacked when it is gzip, also when that comes in several members", async () => {
    const packed = Buffer.concat([gzipSync(lcovRecord("a.js", 1)), gzipSync(lcovRecord("b.js", 2))]);
    const { files, account } = await body(packed);
    expect(Object.keys(files)).toEqual(["a.js", "b.js"]);
    expect(account.receivedBytes).toBe(packed.length);
    expect(account.expandedBytes).toBe(2 * lcovRecord("a.js", 1).length);
  });

  it("may begin with a byte order mark and white space", async () => {
    expect((await body(`\ufeff\r\n${lcovRecord("a.js", 1)}`)).files).toEqual({ "a.js": { 1: 1 } });
    expect((await body(`\ufeff${XML}`)).files).toHaveProperty(["src/b.py", "1"], 3);
  });
});

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
        `${XML}\n<<<<<< EOF`,
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
        XML,
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
        `  \n${XML}\n<<<<<< EOF`,
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

describe("the JSON that Codecov's CLI sends", () => {
  const upload = {
    report_fixes: { format: "legacy", value: { "src/a.js": { eof: 5, lines: [2] }, other: { eof: null, lines: [] } } },
    network_files: ["src/a.js", "src/b.py", ""],
    coverage_files: [cliFile("lcov.info", lcovRecord("ci/src/a.js", 1, 2, 9)), cliFile("coverage.xml", XML)],
    metadata: {},
  };

  it("is read file by file", async () => {
    const { files, account } = await body(JSON.stringify(upload), { json: true });
    expect(files).toEqual({ "src/a.js": { 1: 1 }, "src/b.py": { 1: 3, 9: 0 } });
    expect(account.reports.map(({ name, format }) => [name, format])).toEqual([
      ["lcov.info", "lcov"],
      ["coverage.xml", "cobertura"],
    ]);
  });

  it("may name its fixes as older clients do, be pretty-printed, escaped, and have its keys in any order", async () => {
    const { report_fixes, ...rest } = upload;
    const turned = Object.fromEntries(Object.entries({ ...rest, path_fixes: report_fixes }).reverse());
    const json = JSON.stringify(turned, null, 2).replaceAll("/", "\\/");
    expect((await body(json, { json: true })).files).toEqual({ "src/a.js": { 1: 1 }, "src/b.py": { 1: 3, 9: 0 } });
  });

  it("is not looked for where the upload did not come by the JSON endpoints", async () => {
    expect((await body(JSON.stringify(upload))).error).toBe("unsupported_file_format");
  });

  it("is told from a report that is JSON, or text", async () => {
    expect((await body('{"x":{}}', { json: true })).report.notes).toEqual([
      "recognised as JSON, which this version does not read",
    ]);
    expect((await body(lcovRecord("a.js", 1), { json: true })).files).toEqual({ "a.js": { 1: 1 } });
  });

  it("loses no file to a bad one beside it", async () => {
    const bad = [
      { filename: "no-data" },
      { filename: "null", data: null },
      { filename: "other", format: "plain", data: "x" },
      { ...cliFile("damaged", XML), data: "AAAA" },
      { ...cliFile("cut", XML), data: cutBase64(XML) },
      { ...cliFile("empty", ""), data: "" },
    ];
    const { files, account } = await body(JSON.stringify({ coverage_files: [...bad, ...upload.coverage_files] }), {
      json: true,
    });
    expect(Object.keys(files)).toEqual(["ci/src/a.js", "src/b.py"]);
    expect(account.reports.map(({ name, notes }) => [name, notes[0]])).toEqual([
      ["other", 'its data has format "plain"; base64+compressed is read'],
      ["damaged", expect.stringContaining("its compressed data is damaged")],
      ["cut", "its compressed data ends too early: the rest is missing"],
      ["empty", expect.any(String)],
      ["lcov.info", undefined],
      ["coverage.xml", undefined],
    ]);
  });

  it("is read when more follows a report's compressed data, in as many pieces as it comes", async () => {
    const packed = deflateSync(lcovRecord("a", 1));
    const data = Buffer.concat([packed, Buffer.alloc(3000, "more")]).toString("base64");
    const body = JSON.stringify({ coverage_files: [{ ...cliFile("lcov.info", ""), data }] });
    const pieces = Array.from({ length: 40 }, (_, piece) => 100 * piece);
    const { files, report } = await ingestBody(folder, cutAt(Buffer.from(body), pieces), { json: true });
    expect(files).toEqual({ a: { 1: 1 } });
    expect(report.notes).toEqual(["what follows its compressed data was passed over"]);
  }, 5000);

  it("is read as far as it came when it breaks off or is damaged", async () => {
    const json = JSON.stringify({ coverage_files: upload.coverage_files, network_files: ["src/a.js"] });
    const { files, account } = await body(json.slice(0, -30), { json: true });
    expect(Object.keys(files)).toHaveLength(2);
    expect(account.notes).toEqual(["the JSON ends too early: the rest is missing"]);
    expect((await body(json.replace("],", "]?"), { json: true })).account.notes[0]).toMatch(
      /^the JSON is damaged at byte \d+/,
    );
  });

  it("does not depend on how it is cut into chunks", async () => {
    const json = Buffer.from(JSON.stringify(upload, null, 1).replaceAll("/", "\\/"));
    const { files } = await body(json, { json: true });
    expect(
      (
        await body(
          Array.from(json, (byte) => Buffer.from([byte])),
          { json: true },
        )
      ).files,
    ).toEqual(files);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 6 }), async (places) => {
        expect((await body(cutAt(json, places), { json: true })).files).toEqual(files);
      }),
      { numRuns: 40 },
    );
  });

  it("says that test results are not read", async () => {
    const { account, error } = await body(JSON.stringify({ test_results_files: [cliFile("junit.xml", "<x/>")] }), {
      json: true,
    });
    expect(account.notes).toEqual(["test results were sent, which this version does not read"]);
    expect(error).toBe("report_empty");
  });

  function cutBase64(data: string): string {
    const whole = (cliFile("x", data) as { data: string }).data;
    return whole.slice(0, 4 * Math.floor(whole.length / 8));
  }
});

describe("the session report", () => {
  it("merges what several reports, or names, say of one file", async () => {
    const { files, account } = await body(
      `src/a.js\n<<<<<< network\n# path=one\n${lcovRecord("/ci/src/a.js", 1)}<<<<<< EOF\n# path=two\n${lcovRecord("SRC/a.js", 2)}<<<<<< EOF`,
    );
    expect(files).toEqual({ "src/a.js": { 1: 1, 2: 1 } });
    expect(account.reports.map(({ files }) => files)).toEqual([1, 1]);
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
    const xml = XML.replace("<coverage>", `<coverage><sources>${sources}</sources>`);
    expect((await body(`src/a.js\n<<<<<< network\n${xml}`)).report.dropped[0].tried).toEqual([
      "src/b.py",
      ...[0, 1, 2, 3].map((number) => `s${number}/src/b.py`),
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

describe("bad content", () => {
  it.each<[string, string | Buffer, string]>([
    ["nothing", "", "report_empty"],
    ["white space", " \r\n\t ", "report_empty"],
    ["an unknown format", "hello\nworld\n", "unsupported_file_format"],
    ["a format that is not read", '{"a.js":{"x":{}}}', "unsupported_file_format"],
    ["a report without files", "<coverage/>", "report_empty"],
    ["only a list of files", "a.js\n<<<<<< network\n", "report_empty"],
    ["bytes of 0", Buffer.alloc(100_000), "report_empty"],
    ["entities", '<!DOCTYPE a [<!ENTITY x "y">]><coverage><class filename="&x;"/></coverage>', "report_empty"],
    ["ten thousand nested tags", `<coverage>${"<a>".repeat(10_000)}`, "report_empty"],
    ["gzip of nothing", gzipSync(""), "report_empty"],
    ["gzip that is cut in its header", gzipSync(lcovRecord("a.js", 1)).subarray(0, 8), "report_empty"],
  ])("%s ends in an account, not in an exception", async (_, content, error) => {
    expect((await body(content)).error).toBe(error);
  });

  it("of gzip that ends too early is read as far as it goes", async () => {
    // Hashes do not compress: each file's line comes out soon after it went in.
    const names = Array.from({ length: 2000 }, (_, number) => createHash("sha256").update(`${number}`).digest("hex"));
    const packed = gzipSync(names.map((name) => lcovRecord(name, 1)).join(""));
    const { files, account } = await body(packed.subarray(0, packed.length / 2));
    expect(Object.keys(files).length).toBeGreaterThan(800);
    expect(account.notes).toEqual([
      `the gzip data ends too early, after ${Math.floor(packed.length / 2)} bytes: the rest is missing`,
    ]);
  });

  it("of gzip that is damaged is read as far as it goes", async () => {
    const packed = gzipSync(lcovRecord("a.js", 1));
    packed[packed.length - 6] ^= 1;
    expect((await body(packed)).account.notes[0]).toMatch(/^the gzip data is damaged/);
  });

  it("that expands beyond the limit is refused with the limit's name, in memory that does not grow with it", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20, "DA:1,1\n"), { level: 1 });
    const before = process.memoryUsage().rss;
    const { error, account } = await body(bomb, { limits: { expandedBytes: 100 * 2 ** 20 } });
    expect(error).toBe("limit_exceeded");
    expect(account.notes).toEqual([
      "the upload expands to more than 104857600 bytes, the most that setup.limits.expanded_bytes allows",
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  it("that expands beyond the limit within the CLI's JSON is refused too", async () => {
    const json = JSON.stringify({ coverage_files: [cliFile("a", Buffer.alloc(20 * 2 ** 20))] });
    expect((await body(json, { json: true, limits: { expandedBytes: 2 ** 20 } })).error).toBe("limit_exceeded");
  });

  it.each([
    [{ uploadBytes: 10 }, "the upload is larger than 10 bytes, the most that setup.limits.upload_bytes allows"],
    [{ lines: 2 }, "the report has more than 2 lines, the most that setup.limits.lines allows"],
    [{ files: 1 }, "the report has more than 1 files, the most that setup.limits.files allows"],
  ])("beyond the limit %j is refused", async (limits, note) => {
    const { error, account } = await body(lcovRecord("a.js", 1, 2) + lcovRecord("b.js", 1), { limits });
    expect(error).toBe("limit_exceeded");
    expect(account.notes).toEqual([note]);
  });

  it("of 200 MB in one line is passed over without being kept", async () => {
    const chunk = Buffer.alloc(2 ** 20, "x");
    const before = process.memoryUsage().rss;
    const { error } = await body(Array.from({ length: 200 }, () => chunk));
    expect(error).toBe("unsupported_file_format");
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
    const record = await body([
      Buffer.from(`${lcovRecord("a.js", 1)}SF:b.js\nDA:`),
      ...Array.from({ length: 200 }, () => chunk),
    ]);
    expect(record.report.notes).toEqual([
      "a line is longer than 16777216 bytes, the most that setup.limits.line_bytes allows",
    ]);
    expect(record.files).toEqual({ "a.js": { 1: 1 } });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  it("has names without control characters in its account", async () => {
    const { report } = await body(lcovRecord("a\0b.js", 1));
    expect(report.dropped).toEqual([{ path: "a\ufffdb.js", reason: "its name contains control characters" }]);
  });
});

describe("a body that cannot be read", () => {
  it("is the caller's to try again: the error is thrown, and nothing is left behind", async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from(lcovRecord("a.js", 1));
        throw new Error("the connection was reset");
      })(),
    );
    const options = { acceptsJson: false, limits: DEFAULT_LIMITS, temporaryFolder: folder };
    await expect(ingest(broken, options)).rejects.toThrow("the connection was reset");
    const cut = new Readable({ read() {} });
    cut.push(gzipSync(lcovRecord("a.js", 1)).subarray(0, 20));
    setImmediate(() => cut.destroy());
    await expect(ingest(cut, options)).rejects.toThrow("Premature close");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("an upload of many small things", () => {
  it("has a bounded number of reports", async () => {
    const sections = `${lcovRecord("a.js", 1)}<<<<<< EOF\n`.repeat(20_001);
    const { error, account } = await body(sections);
    expect(error).toBe("limit_exceeded");
    expect(account.notes).toEqual(["the upload has more than 20000 reports, the most allowed"]);
  });

  it("may list a bounded number of the repository's files", async () => {
    const list = `${"a.js\n".repeat(1_000_000)}<<<<<< network\n`;
    const { files, account } = await body(`${list.repeat(3)}${lcovRecord("a.js", 1)}`);
    expect(files).toEqual({ "a.js": { 1: 1 } });
    expect(account.notes).toEqual([
      "the list of the repository's files is longer than 2000000: the rest was passed over",
    ]);
  });

  it("keeps no more of a name than tells that it is too long, and no half characters in its account", async () => {
    const half = `${"a/".repeat(499)}b😀`;
    const { account } = await body(lcovRecord("x".repeat(1_000_000), 1) + lcovRecord(half.padEnd(5000, "x"), 1));
    const [long, cut] = account.reports[0].dropped;
    expect(long.reason).toBe("its name is longer than 4096 characters, the most that setup.limits.path_length allows");
    expect(Buffer.from(cut.path).toString()).toBe(cut.path);
  });
});
