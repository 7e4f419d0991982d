import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crc32c } from "./crc32c.js";
import { type GcsServer, startGcs } from "./gcs.js";

const UNIT = 256 * 1024;

describe("the tests' Cloud Storage", () => {
  let server: GcsServer;
  beforeAll(async () => {
    server = await startGcs();
  });
  afterAll(() => server.stop());

  const call = (path: string, init: RequestInit = {}) => fetch(`${server.settings.endpoint}${path}`, init);
  const part = (session: string, range: string, body: Buffer, headers = {}) =>
    fetch(session, { method: "PUT", headers: { "content-range": range, ...headers }, body: new Uint8Array(body) });
  async function begin(name: string): Promise<string> {
    const begun = await call(`/upload/storage/v1/b/reports/o?uploadType=resumable&name=${name}`, { method: "POST" });
    expect(begun.status).toBe(200);
    return begun.headers.get("location")!;
  }

  it("takes an upload part by part, tells how much arrived, and has the object only at its end", async () => {
    const session = await begin("a%2Fb");
    const nothing = await part(session, "bytes */*", Buffer.alloc(0));
    expect([nothing.status, nothing.headers.get("range")]).toEqual([308, null]);
    const first = await part(session, `bytes 0-${UNIT - 1}/*`, Buffer.alloc(UNIT, "A"));
    expect([first.status, first.headers.get("range")]).toEqual([308, `bytes=0-${UNIT - 1}`]);
    const asked = await part(session, "bytes */*", Buffer.alloc(0));
    expect([asked.status, asked.headers.get("range")]).toEqual([308, `bytes=0-${UNIT - 1}`]);
    expect((await call("/storage/v1/b/reports/o/a%2Fb")).status).toBe(404);
    const last = await part(session, `bytes ${UNIT}-${UNIT + 9}/${UNIT + 10}`, Buffer.alloc(10, "A"));
    expect([last.status, await last.json()]).toEqual([200, expect.objectContaining({ size: `${UNIT + 10}` })]);
    expect(await (await call("/storage/v1/b/reports/o/a%2Fb")).json()).toMatchObject({
      name: "a/b",
      bucket: "reports",
    });
  });

  it.each([
    ["a part that is no multiple of 256 KiB", "bytes 0-9/*", 10],
    ["a part that does not follow the last one", `bytes ${UNIT}-${UNIT + 9}/${UNIT + 10}`, 10],
    ["a part that is shorter than it says", "bytes 0-19/20", 10],
    ["a total that is less than what came", "bytes 0-9/5", 10],
    ["a range that is none", "bytes 0--1/0", 0],
  ])("refuses %s", async (_, range, length) => {
    expect((await part(await begin("refused"), range, Buffer.alloc(length))).status).toBe(400);
    expect((await call("/storage/v1/b/reports/o/refused")).status).toBe(404);
  });

  it("compares checksums, of either kind of upload", async () => {
    const hash = { "x-goog-hash": "crc32c=AAAAAA==" };
    expect((await part(await begin("wrong"), "bytes 0-1/2", Buffer.from("ok"), hash)).status).toBe(400);
    const multipart = (checksum: string) =>
      call("/upload/storage/v1/b/reports/o?uploadType=multipart&name=multi", {
        method: "POST",
        headers: { "content-type": "multipart/related; boundary=x" },
        body:
          `--x\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ crc32c: checksum })}\r\n` +
          "--x\r\ncontent-type: text/plain\r\n\r\nline\r\nline\r\n--x--",
      });
    expect((await multipart("AAAAAA==")).status).toBe(400);
    expect((await multipart(crc32c(Buffer.from("line\r\nline")))).status).toBe(200);
    expect(await (await call("/storage/v1/b/reports/o/multi?alt=media")).text()).toBe("line\r\nline");
  });

  it("gives an upload up when asked to", async () => {
    const session = await begin("cancelled");
    expect((await fetch(session, { method: "DELETE" })).status).toBe(499);
    expect((await part(session, "bytes 0-1/2", Buffer.from("ok"))).status).toBe(404);
  });

  it("answers ranges with 206, and with 416 behind the end", async () => {
    await part(await begin("range"), "bytes 0-4/5", Buffer.from("hello"));
    const range = (text: string) => call("/storage/v1/b/reports/o/range?alt=media", { headers: { range: text } });
    const some = await range("bytes=1-2");
    expect([some.status, some.headers.get("content-range"), await some.text()]).toEqual([206, "bytes 1-2/5", "el"]);
    expect(await (await range("bytes=3-")).text()).toBe("lo");
    expect((await range("bytes=5-9")).status).toBe(416);
  });

  it("names of the permissions that are asked for those that are granted", async () => {
    const query = "permissions=storage.objects.get&permissions=storage.buckets.delete";
    const answer = await call(`/storage/v1/b/reports/iam/testPermissions?${query}`);
    expect(await answer.json()).toEqual({
      kind: "storage#testIamPermissionsResponse",
      permissions: ["storage.objects.get"],
    });
  });

  it("answers 404 for another bucket, and 501 to what it does not do", async () => {
    expect((await call("/storage/v1/b/other/o/a")).status).toBe(404);
    expect((await call("/storage/v1/b/reports/o")).status).toBe(501);
    expect((await call("/storage/v1/b/reports/o/a", { method: "PATCH" })).status).toBe(501);
    expect((await call("/storage/v2/b/reports/o/a")).status).toBe(501);
  });
});

it("CRC32C has its published check value", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe("4waSgw==");
});
