import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { openAzureStore } from "../../src/storage/azure-store.js";
import { openFolderStore } from "../../src/storage/folder-store.js";
import { openGcsStore } from "../../src/storage/gcs-store.js";
import { ObjectNotFoundError, type ObjectStore } from "../../src/storage/object-store.js";
import { openS3Store } from "../../src/storage/s3-store.js";
import { type AzureServer, startAzure } from "../support/azurite.js";
import { type GcsServer, startGcs } from "../support/gcs.js";
import { type S3Server, startS3 } from "../support/moto.js";

const MIB = 1024 * 1024;

describe("a folder as object store", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "coverstack-objects-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  contract(
    () => openFolderStore(folder),
    () => {
      const gone = openFolderStore(join(folder, "gone"));
      rmSync(join(folder, "gone"), { recursive: true });
      return gone;
    },
  );

  it("leaves nothing of an object that broke off", async () => {
    const store = openFolderStore(join(folder, "broken"));
    await expect(store.put("a/b", brokenOff())).rejects.toThrow();
    expect(await readdir(join(folder, "broken", ".incoming"))).toEqual([]);
  });

  it("cannot be where a file is", async () => {
    await writeFile(join(folder, "file"), "");
    expect(() => openFolderStore(join(folder, "file"))).toThrow(/EEXIST|ENOTDIR/);
  });

  it("is away while its volume is not mounted, and stores nothing beside it", async () => {
    const volume = join(folder, "volume");
    const store = openFolderStore(volume);
    await rm(volume, { recursive: true });
    await mkdir(volume);
    await expect(store.check()).rejects.toThrow("the folder of objects is not there, or not mounted");
    await expect(store.get("a/b")).rejects.toThrow("the folder of objects is not there, or not mounted");
    await expect(store.put("a/b", Buffer.from("x"))).rejects.toThrow("the folder of objects is not there");
    expect(await readdir(volume)).toEqual([]);
  });
});

describe.runIf(realParts().moto)("S3 as object store", () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
  });
  afterAll(() => server.stop());
  contract(
    () => openS3Store(server.settings),
    () => openS3Store({ ...server.settings, bucket: "missing" }),
  );

  it("takes keys from settings that cannot be changed, as those of a file", async () => {
    const credentials = Object.freeze({ accessKeyId: "test", secretAccessKey: "test" });
    expect(await openS3Store({ ...server.settings, credentials }).put("frozen", Buffer.from("x"))).toBe(1);
  });

  it("names the bucket that is missing", async () => {
    const store = openS3Store({ ...server.settings, bucket: "missing" });
    await expect(store.check()).rejects.toThrow("the bucket missing cannot be reached: 404");
    await expect(store.size("a/b")).rejects.toThrow("the bucket missing cannot be reached: 404");
  });
});

describe("Azure Blob Storage as object store", () => {
  let server: AzureServer;
  beforeAll(async () => {
    server = await startAzure();
  });
  afterAll(() => server.stop());
  contract(
    () => openAzureStore(server.settings),
    () => openAzureStore({ ...server.settings, container: "missing" }),
  );

  it("is given up when it does not answer", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const connectionString = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aa;BlobEndpoint=http://127.0.0.1:${port}/a;`;
    const store = openAzureStore({ ...server.settings, account: { connectionString } }, 100);
    await expect(store.get("a")).rejects.toThrow("the store gave no answer within 100 ms");
    await expect(store.check()).rejects.toThrow("the store gave no answer within 100 ms");
    silent.closeAllConnections();
    silent.close();
  });
});

describe("Google Cloud Storage as object store", () => {
  let server: GcsServer;
  beforeAll(async () => {
    server = await startGcs();
  });
  afterAll(() => server.stop());
  contract(
    () => openGcsStore(server.settings),
    () => openGcsStore({ ...server.settings, bucket: "missing" }),
  );

  it("sends in one request what fits into a part, and larger bodies part by part", async () => {
    const before = server.requests.length;
    await openGcsStore(server.settings).put("small", Readable.from([Buffer.alloc(1000)]));
    await openGcsStore(server.settings).put("large", Readable.from([Buffer.alloc(9 * 1024 * 1024)]));
    const kinds = server.requests
      .slice(before)
      .map((request) => /^\w+|uploadType=\w+/g[Symbol.match](request)?.join(" "));
    expect(kinds).toEqual([
      "POST uploadType=multipart",
      "POST uploadType=resumable",
      "PUT uploadType=resumable",
      "PUT uploadType=resumable",
    ]);
  });

  it("tries again what the service could not answer", async () => {
    server.fail(1);
    expect(await openGcsStore(server.settings).put("retried", Buffer.from("x"))).toBe(1);
    server.fail(1);
    expect(await openGcsStore(server.settings).size("retried")).toBe(1);
  });

  it("is not ready without its bucket or a permission, and writes nothing to find out", async () => {
    await expect(openGcsStore({ ...server.settings, bucket: "missing" }).check()).rejects.toThrow(/bucket/);
    server.granted.delete("storage.objects.delete");
    const before = server.requests.length;
    await expect(openGcsStore(server.settings).check()).rejects.toThrow(
      "the bucket reports does not grant storage.objects.delete",
    );
    server.granted.add("storage.objects.delete");
    expect(server.requests.slice(before).every((request) => request.startsWith("GET "))).toBe(true);
  });
});

/** @param away a store whose folder, bucket or container is not there */
function contract(store: () => ObjectStore, away: () => ObjectStore) {
  it("gives back what was put, from bytes and from a stream, and says its size", async () => {
    expect(await store().put("a/bytes", Buffer.from("hello"))).toBe(5);
    expect(await store().put("a/stream", Readable.from([Buffer.from("hel"), Buffer.from("lo")]))).toBe(5);
    expect(await store().put("a/empty", Readable.from([]))).toBe(0);
    expect((await buffer(await store().get("a/bytes"))).toString()).toBe("hello");
    expect((await buffer(await store().get("a/stream"))).toString()).toBe("hello");
    expect(await store().size("a/stream")).toBe(5);
    expect(await store().size("a/empty")).toBe(0);
  });

  it("overwrites", async () => {
    await store().put("over", Buffer.from("a longer first one"));
    await store().put("over", Buffer.from("second"));
    expect((await buffer(await store().get("over"))).toString()).toBe("second");
  });

  it("keeps large streams whole", async () => {
    const part = randomBytes(1024 * 1024);
    const body = Readable.from(Array.from({ length: 20 }, () => part));
    expect(await store().put("large", body)).toBe(20 * part.length);
    const read = await buffer(await store().get("large"));
    expect(read.length).toBe(20 * part.length);
    expect(read.subarray(7 * part.length, 8 * part.length).equals(part)).toBe(true);
  });

  it("keeps pieces of any size in their order", async () => {
    const sizes = [1, 255 * 1024, 1024, 300 * 1024, 1, 1, 256 * 1024, 7, 64 * 1024, 512 * 1024, 3];
    const pieces = sizes.map((size) => randomBytes(size));
    const whole = Buffer.concat(pieces);
    expect(await store().put("pieces", Readable.from(pieces))).toBe(whole.length);
    expect((await buffer(await store().get("pieces"))).equals(whole)).toBe(true);
  });

  it("reads ranges, end exclusive, and less at the end of the object", async () => {
    await store().put("range", Buffer.from("0123456789"));
    const range = async (start: number, end: number) => (await store().getRange("range", start, end)).toString();
    expect(await range(0, 3)).toBe("012");
    expect(await range(8, 20)).toBe("89");
    expect(await range(10, 20)).toBe("");
    expect(await range(4, 4)).toBe("");
    expect(await range(5, 3)).toBe("");
  });

  it("says which object is missing", async () => {
    await expect(store().get("no/such")).rejects.toThrow(new ObjectNotFoundError("no/such"));
    await expect(store().getRange("no/such", 0, 1)).rejects.toThrow(ObjectNotFoundError);
    expect(await store().size("no/such")).toBeNull();
  });

  it("says that it is away itself, and not that an object is missing", async () => {
    const asked: ((store: ObjectStore) => Promise<unknown>)[] = [
      (store) => store.get("a/b"),
      (store) => store.getRange("a/b", 0, 1),
      (store) => store.size("a/b"),
      (store) => store.check(),
    ];
    for (const ask of asked) {
      const fault = await ask(away()).catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(Error);
      expect(fault).not.toBeInstanceOf(ObjectNotFoundError);
    }
  });

  it.each([
    ["that is away", () => away(), "a/b"],
    ["under a key that is none", () => store(), "../up"],
  ])("lets go of a body that it could not store %s", async (_, into, key) => {
    const body = Readable.from(chunksOf(40 * MIB));
    await expect(into().put(key, body)).rejects.toThrow();
    expect(body).toMatchObject({ destroyed: true, readableEnded: false });
  });

  it("deletes, and deleting what is not there succeeds", async () => {
    await store().put("gone/one", Buffer.from("x"));
    await store().delete("gone/one");
    await store().delete("gone/one");
    expect(await store().size("gone/one")).toBeNull();
  });

  it("shows nothing of a body that broke off, and keeps what was there before", async () => {
    await expect(store().put("half", brokenOff())).rejects.toThrow();
    expect(await store().size("half")).toBeNull();
    await store().put("half", Buffer.from("whole"));
    await expect(store().put("half", brokenOff())).rejects.toThrow();
    await expect(store().put("half", hungUp())).rejects.toThrow();
    await expect(store().put("half", brokenOff(20 * MIB))).rejects.toThrow();
    await expect(store().put("half", hungUp(20 * MIB))).rejects.toThrow();
    expect((await buffer(await store().get("half"))).toString()).toBe("whole");
  });

  it("stores one of two bodies that come at once, whole", async () => {
    const bodies = ["a", "b"].map((letter) => Buffer.alloc(100_000, letter));
    const puts = await Promise.allSettled(bodies.map((body) => store().put("raced", Readable.from([body]))));
    expect(puts.map(({ status }) => status)).toContain("fulfilled");
    const stored = await buffer(await store().get("raced"));
    expect(bodies.some((body) => body.equals(stored))).toBe(true);
  });

  it.each(["../up", "/root", "a//b", "a/../b", "a/./b", ".hidden", "", "a\0b", "ä", "a/"])(
    "refuses the key %j",
    async (key) => {
      await expect(store().put(key, Buffer.from("x"))).rejects.toThrow(RangeError);
      await expect(store().get(key)).rejects.toThrow(RangeError);
      await expect(store().delete(key)).rejects.toThrow(RangeError);
    },
  );

  it("is ready", async () => {
    await store().check();
  });
}

function brokenOff(bytes = 300_000): Readable {
  return Readable.from(
    (async function* () {
      for (const chunk of chunksOf(bytes)) yield chunk;
      throw new Error("the client hung up");
    })(),
  );
}

/** Closed by its other end in the middle, without an error. */
function hungUp(bytes = 300_000): Readable {
  const chunks = chunksOf(bytes);
  return new Readable({
    read() {
      const { value, done } = chunks.next();
      if (done) this.destroy();
      else this.push(value);
    },
  });
}

function* chunksOf(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= MIB) yield Buffer.alloc(Math.min(left, MIB));
}
