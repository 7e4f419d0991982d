import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findUpload } from "../../src/database/uploads.js";
import { createHttpServer } from "../../src/http/server.js";
import { sweep } from "../../src/processing/sweep.js";
import type { Service } from "../../src/service.js";
import { openTestServer, pathOf, processUploads, sha, type TestServer } from "../http/open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

async function start(commit: string): Promise<{ readonly id: string; readonly path: string }> {
  const url = `/upload/v4?commit=${commit}&token=${server.repository.upload_token}`;
  const path = pathOf((await server.app.inject({ method: "POST", url })).body.split("\n")[1]);
  return { id: /put\/([\w-]+)/.exec(path)![1], path };
}

/** PUTs to a server whose database goes away once the body is stored. */
async function putInOutage(path: string, body: string): Promise<number> {
  const { service } = server;
  let gone = false;
  const db = new Proxy(service.db, {
    get(target, name) {
      if (gone) throw new Error("connection terminated");
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const objects: Service["objects"] = {
    ...service.objects,
    put: async (key, content) => {
      const size = await service.objects.put(key, content);
      gone = true;
      return size;
    },
  };
  const app = await createHttpServer({ ...service, db, objects }, { surface: "api" });
  const { statusCode } = await app.inject({ method: "PUT", url: path, body });
  await app.close();
  expect(gone).toBe(true);
  return statusCode;
}

describe("a body that was stored while the database was away", () => {
  it("is found by the sweeper and processed, though its client never sends it again", async () => {
    const { id, path } = await start(sha(1));
    expect(await putInOutage(path, "SF:a.ts\nDA:1,1\nend_of_record\n")).toBe(500);
    expect((await findUpload(server.service.db, id))?.state).toBe("started");

    await sweep(server.service, 0);
    await processUploads(server);
    expect((await findUpload(server.service.db, id))?.state).toBe("merged");
  });

  it("gives way to the same body sent again", async () => {
    const { id, path } = await start(sha(2));
    await putInOutage(path, "SF:a.ts\nDA:1,1\nend_of_record\n");
    const again = await server.app.inject({ method: "PUT", url: path, body: "SF:a.ts\nDA:1,0\nend_of_record\n" });
    expect(again.statusCode).toBe(200);
    await sweep(server.service, 0);
    await processUploads(server);
    expect(await findUpload(server.service.db, id)).toMatchObject({ state: "merged", totals: { hits: 0, lines: 1 } });
  });

  it("is left alone as long as it may still be on its way", async () => {
    const { id, path } = await start(sha(3));
    await putInOutage(path, "report");
    await sweep(server.service);
    expect((await findUpload(server.service.db, id))?.state).toBe("started");
  });

  it("stays when the sweeper was faster than the request that stored it", async () => {
    const { service } = server;
    const { id, path } = await start(sha(4));
    const objects: Service["objects"] = {
      ...service.objects,
      put: async (key, content) => {
        const size = await service.objects.put(key, content);
        await sweep(service, 0);
        return size;
      },
    };
    const app = await createHttpServer({ ...service, objects }, { surface: "api" });
    const answer = await app.inject({ method: "PUT", url: path, body: "SF:a.ts\nDA:1,1\nend_of_record\n" });
    await app.close();
    expect(answer.statusCode).toBe(200);
    await processUploads(server);
    expect((await findUpload(service.db, id))?.state).toBe("merged");
  });
});
