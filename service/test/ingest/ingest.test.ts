import { createHash } from "node:crypto";
import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { COBERTURA, cliFile, ingestBody, lcovRecord, type UploadOptions } from "../support/ingesting.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const body = (content: Parameters<typeof ingestBody>[1], options?: UploadOptions) =>
  ingestBody(folder, content, options);

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
    expect((await body(`\ufeff${COBERTURA}`)).files).toHaveProperty(["src/b.py", "1"], 3);
  });
});

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

  it("of a known kind is told by bytes that look like white space, too", async () => {
    expect((await body(Buffer.from([1, 0xc0, 0xc0, 0x10, 7, 0x10]))).report.notes).toEqual([
      "recognised as JaCoCo's exec data (its XML report is read), which this version does not read",
    ]);
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

  it.each<[string, (packed: Buffer) => void, RegExp]>([
    ["at its checksum", (packed) => packed.writeUInt32LE(1, packed.length - 8), /incorrect data check/],
    ["in its midst", (packed) => packed.fill(0, packed.length / 2, packed.length / 2 + 9), /invalid|incorrect/],
    ["in a member behind the first", (packed) => packed.fill(0xff, 12, 20), /invalid/],
  ])("of gzip that is damaged %s is not used at all", async (where, damage, why) => {
    const records = Array.from({ length: 3000 }, (_, number) => lcovRecord(`src/${number * number}.js`, number + 1));
    const packed = gzipSync(records.join(""));
    damage(packed);
    const first = where.startsWith("in a member") ? [gzipSync(lcovRecord("a.js", 1))] : [];
    const { files, error, account } = await body([...first, packed]);
    expect({ files, error, reports: account.reports }).toEqual({ files: {}, error: "report_empty", reports: [] });
    expect(account.notes).toEqual([
      expect.stringMatching(
        /^the gzip data is damaged \(.+\): nothing of it is used, since what came out may be wrong; send/,
      ),
    ]);
    expect(account.notes[0]).toMatch(why);
  });

  it.each([
    ["nothing", "", false],
    ["gzip of nothing", gzipSync(""), false],
    ["a line's end", "\n", false],
    ["only a list of files", "a.js\n<<<<<< network\n", false],
    ["an upload of the CLI without a report", '{"coverage_files": []}', true],
  ])("says so where it has no report: %s", async (_, content, json) => {
    const { error, account } = await body(content, { json });
    expect({ error, notes: account.notes }).toEqual({ error: "report_empty", notes: ["there is no report in it"] });
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

  it("says once what is wrong with it again and again", async () => {
    const { account } = await body(`{"test_results_files":0${',"test_results_files":0'.repeat(1000)}}`, { json: true });
    expect(account.notes).toEqual(["test results were sent, which this version does not read"]);
  });

  it("has reports whose names have a bounded number of characters together", async () => {
    const section = `# path=${"x".repeat(8000)}\n${lcovRecord("a.js", 1)}<<<<<< EOF\n`;
    const { error, account } = await body(Array.from({ length: 3000 }, () => Buffer.from(section)));
    expect(error).toBe("limit_exceeded");
    expect(account.notes[0]).toBe(
      "the names of the upload's reports have more than 16777216 characters together, the most allowed",
    );
  });

  it("reads a report whose name is longer than any as one that has none", async () => {
    const json = { coverage_files: [cliFile(`${"x/".repeat(5000)}c.xml`, COBERTURA)] };
    const { files, report } = await body(JSON.stringify(json), { json: true });
    expect(Object.keys(files)).toEqual(["src/b.py"]);
    expect(report).toMatchObject({
      name: null,
      notes: ["its name is longer than 8192 characters: it was read as if it had none"],
    });
  });

  it("keeps no more of a name than tells that it is too long, and no half characters in its account", async () => {
    const half = `${"a/".repeat(499)}b😀`;
    const { account } = await body(lcovRecord("x".repeat(1_000_000), 1) + lcovRecord(half.padEnd(5000, "x"), 1));
    const [long, cut] = account.reports[0].dropped;
    expect(long.reason).toBe("its name is longer than 4096 characters, the most that setup.limits.path_length allows");
    expect(Buffer.from(cut.path).toString()).toBe(cut.path);
  });
});
