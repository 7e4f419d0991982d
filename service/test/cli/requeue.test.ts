import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requeueGivenUp } from "../../src/database/jobs.js";
import { sweep } from "../../src/processing/sweep.js";
import { openTestServer, processUploads, sha, type TestServer, upload } from "../http/open-test-server.js";
import { prepareDataFolder, startProgram, startRole } from "../support/running-service.js";

describe("uploads that were given up in an outage", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server.close());

  it("are processed once they are queued again, and no others are", async () => {
    const { db } = server.service;
    await upload(server, sha(1), "SF:a.ts\nDA:1,1\nend_of_record\n");
    await upload(server, sha(2), "nothing that anybody reads");
    await processUploads(server);
    await db
      .updateTable("uploads")
      .set({ state: "error", error: "processing_failed", attempts: 8 })
      .where("state", "=", "merged")
      .execute();

    expect(await requeueGivenUp(db)).toBe(1);
    await sweep(server.service, 0);
    await processUploads(server);
    const states = await db.selectFrom("uploads").select(["state", "error"]).orderBy("id").execute();
    expect(states).toEqual([
      { state: "merged", error: null },
      { state: "error", error: "unsupported_file_format" },
    ]);
    expect(await requeueGivenUp(db)).toBe(0);
  });
});

describe("the command requeue", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "coverstack-requeue-"));
    await prepareDataFolder(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function run(): Promise<{ readonly code: number | string; readonly said: string }> {
    const program = startProgram(["requeue", "--data", folder]);
    const code = await program.exit;
    return { code, said: program.lines.join("\n") + program.stderr() };
  }

  it("says how many it found, and who is in its way", async () => {
    const service = await startRole("all", folder);
    expect(await run()).toMatchObject({ code: 1, said: expect.stringMatching(/is in use by process/) });
    service.process.kill("SIGTERM");
    await service.exit;
    expect(await run()).toMatchObject({ code: 0, said: expect.stringMatching(/^coverstack: 0 uploads wait/) });
  });
});
