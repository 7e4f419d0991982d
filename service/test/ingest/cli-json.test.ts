import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COBERTURA, cliFile, ingestBody, lcovRecord } from "../support/ingesting.js";
import { cutAt } from "../support/parsing.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const body = (content: Parameters<typeof ingestBody>[1]) => ingestBody(folder, content, { json: true });

describe("the JSON that Codecov's CLI sends", () => {
  const upload = {
    report_fixes: { format: "legacy", value: { "src/a.js": { eof: 5, lines: [2] }, other: { eof: null, lines: [] } } },
    network_files: ["src/a.js", "src/b.py", ""],
    coverage_files: [cliFile("lcov.info", lcovRecord("ci/src/a.js", 1, 2, 9)), cliFile("coverage.xml", COBERTURA)],
    metadata: {},
  };

  it("is read file by file", async () => {
    const { files, account } = await body(JSON.stringify(upload));
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
    expect((await body(json)).files).toEqual({ "src/a.js": { 1: 1 }, "src/b.py": { 1: 3, 9: 0 } });
  });

  it("is not looked for where the upload did not come by the JSON endpoints", async () => {
    expect((await ingestBody(folder, JSON.stringify(upload))).error).toBe("unsupported_file_format");
  });

  it("is told from a report that is JSON, or text", async () => {
    expect((await body('{"x":{}}')).report.notes).toEqual([expect.stringMatching(/^it is JSON of no known/)]);
    expect((await body(lcovRecord("a.js", 1))).files).toEqual({ "a.js": { 1: 1 } });
  });

  it("loses no file to a bad one beside it", async () => {
    const bad = [
      { filename: "no-data" },
      { filename: "null", data: null },
      { filename: "other", format: "plain", data: "x" },
      { ...cliFile("damaged", COBERTURA), data: "AAAA" },
      { ...cliFile("cut", COBERTURA), data: cutBase64(COBERTURA) },
      { ...cliFile("empty", ""), data: "" },
    ];
    const { files, account } = await body(JSON.stringify({ coverage_files: [...bad, ...upload.coverage_files] }));
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

  it("is read when more follows a report's compressed data, whole and in as many pieces as it comes", async () => {
    const packed = deflateSync(lcovRecord("a", 1));
    const data = Buffer.concat([packed, Buffer.alloc(3000, "more")]).toString("base64");
    const json = Buffer.from(JSON.stringify({ coverage_files: [{ ...cliFile("lcov.info", ""), data }] }));
    const pieces = Array.from({ length: 40 }, (_, piece) => 100 * piece);
    for (const content of [json, cutAt(json, pieces)]) {
      const { files, report } = await body(content);
      expect(files).toEqual({ a: { 1: 1 } });
      expect(report.notes).toEqual(["what follows its compressed data was passed over"]);
    }
  }, 5000);

  it.each([
    ["small", [1]],
    ["large", Array.from({ length: 40_000 }, (_, index) => index + 1)],
  ])(
    "has nothing of a report whose compressed data is damaged, since anything in it may be: a %s one",
    async (_, lines) => {
      const packed = deflateSync(lcovRecord("a", ...lines));
      packed[packed.length - 1] ^= 1;
      const damaged = { ...cliFile("lcov.info", ""), data: packed.toString("base64") };
      const { files, report, account } = await body(
        JSON.stringify({ coverage_files: [damaged, cliFile("b", COBERTURA)] }),
      );
      expect(Object.keys(files)).toEqual(["src/b.py"]);
      expect(report.notes).toEqual(["its compressed data is damaged (incorrect data check): nothing of it is used"]);
      expect(account.reports[1].notes).toEqual([]);
    },
  );

  it("has a report's data once", async () => {
    const twice = JSON.stringify({ coverage_files: [cliFile("lcov.info", lcovRecord("a", 1))] }).replace(
      '"labels":""',
      '"data":"","data":""',
    );
    const { files, report } = await body(twice);
    expect(files).toEqual({ a: { 1: 1 } });
    expect(report.notes[0]).toBe("it has data more than once: the first is read");
  });

  it("leaves other work its turn while it is read, also when it comes at once", async () => {
    const files = Array.from({ length: 10_000 }, (_, number) => cliFile(`${number}`, "no report"));
    const json = JSON.stringify({ coverage_files: files });
    const started = performance.now();
    let [longest, last] = [0, started];
    const turn = () => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
      timer = setImmediate(turn);
    };
    let timer = setImmediate(turn);
    await body(json);
    clearImmediate(timer);
    expect(longest).toBeLessThan((performance.now() - started) / 3);
  });

  it.each([
    ["compressed", (number: number) => createHash("sha256").update(`${number}`).digest("hex")],
    ["inflated", (number: number) => `src/folder/of/files/${number}.js`.padStart(600, "x/")],
  ])("may have a report that is large when %s", async (_, nameOf) => {
    const names = Array.from({ length: 3000 }, (_, number) => nameOf(number));
    const report = names.map((name) => lcovRecord(name, 1)).join("");
    const { files, account } = await body(JSON.stringify({ coverage_files: [cliFile("lcov.info", report)] }));
    expect(Object.keys(files)).toEqual(names.sort());
    expect(account.reports[0].notes).toEqual([]);
  });

  it("is read as far as it came when it breaks off or is damaged", async () => {
    const json = JSON.stringify({ coverage_files: upload.coverage_files, network_files: ["src/a.js"] });
    const { files, account } = await body(json.slice(0, -30));
    expect(Object.keys(files)).toHaveLength(2);
    expect(account.notes).toEqual(["the JSON ends too early: the rest is missing"]);
    expect((await body(json.replace("],", "]?"))).account.notes[0]).toMatch(/^the JSON is damaged at byte \d+/);
  });

  const asJson = (data: string) => JSON.stringify({ coverage_files: [{ ...cliFile("lcov.info", ""), data }] });
  const many = Array.from({ length: 300 }, (_, number) => lcovRecord(`${number * 7919}.js`, 1 + (number % 90))).join(
    "",
  );
  const data = deflateSync(many).toString("base64");

  it.each([
    ["sound", JSON.stringify(upload)],
    ["escaped", JSON.stringify(upload, null, 1).replaceAll("/", "\\/").replaceAll("+", "\\u002b")],
    ["in lines", asJson(data.replace(/.{76}/g, "$&\n"))],
    ["of the other alphabet", asJson(data.replaceAll("+", "-").replaceAll("/", "_"))],
    ["with something else in its data", asJson(data.replace(/^.{600}/, "$&!"))],
    ["with padding in the midst of its data", asJson(data.replace(/^.{600}/, "$&=="))],
    ["with data that is cut", asJson(data.slice(0, 1001))],
    ["cut itself", asJson(data).slice(0, 1000)],
    [
      "cut within an escape",
      asJson(data)
        .replaceAll("+", "\\u002b")
        .slice(0, asJson(data).indexOf("+") + 3),
    ],
  ])("does not depend on how it is cut into chunks: %s", async (_, text) => {
    const json = Buffer.from(text);
    const seen = async (content: Parameters<typeof body>[0]) => {
      const { files, account } = await body(content);
      return { files, ...account, milliseconds: 0 };
    };
    const whole = await seen(json);
    expect(await seen(Array.from(json, (byte) => Buffer.from([byte])))).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 6 }), async (places) => {
        expect(await seen(cutAt(json, places))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["small", many, 100],
    [
      "large",
      many.repeat(60).replace(/\d+\.js/g, (name, at) => `${createHash("sha256").update(`${at}`).digest("hex")}${name}`),
      9000,
    ],
  ])("is read as far as it came when it breaks off within a %s report", async (_, report, least) => {
    const json = JSON.stringify({ coverage_files: [cliFile("lcov.info", report)] });
    const { files, account } = await body(json.slice(0, (json.length * 3) / 4));
    expect(Object.keys(files).length).toBeGreaterThan(least);
    expect(account.reports[0].notes[0]).toBe("the upload ends within its data: the rest is missing");
    expect(account.notes).toEqual(["the JSON ends too early: the rest is missing"]);
  });

  it("takes no memory for escapes in data", async () => {
    const json = Buffer.from(asJson("").replace('"data":""', `"data":"${"\\n".repeat(4_000_000)}"`));
    const before = process.memoryUsage().rss;
    expect((await body(json)).report.notes).toEqual(["it is empty"]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  it.each([
    ["of the other alphabet", data.replaceAll("+", "-").replaceAll("/", "_"), 300, undefined],
    ["in lines", data.replace(/.{76}/g, "$&\r\n"), 300, undefined],
    [
      "with something else in it",
      `${data.slice(0, 600)}!${data.slice(600)}`,
      0,
      'its compressed data is damaged ("!" is no base64): nothing of it is used',
    ],
    ["that ends too early", data.slice(0, 1001), 100, "its compressed data ends too early: the rest is missing"],
  ])("may have data %s", async (_, given, least, note) => {
    const { files, report } = await body(asJson(given));
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(least);
    expect(Object.keys(files).length === 0).toBe(least === 0);
    expect(report.notes[0]).toBe(note);
  });

  it("says that test results are not read", async () => {
    const { account, error } = await body(JSON.stringify({ test_results_files: [cliFile("junit.xml", "<x/>")] }));
    expect(account.notes).toEqual(["test results were sent, which this version does not read"]);
    expect(error).toBe("report_empty");
  });

  function cutBase64(data: string): string {
    const whole = (cliFile("x", data) as { data: string }).data;
    return whole.slice(0, 4 * Math.floor(whole.length / 8));
  }
});
