import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import {
  completeWithoutReport,
  ensureCommit,
  findCommit,
  latestReportedCommit,
  listCommits,
  recentCoverage,
} from "../../src/database/commits.js";
import { migrate } from "../../src/database/migrate.js";
import { openDatabase } from "../../src/database/open.js";
import {
  ensureRepository,
  findRepository,
  findRepositoryByToken,
  listRepositories,
} from "../../src/database/repositories.js";
import type { Database } from "../../src/database/schema.js";
import { acceptBody, countMergedUploads, createUpload, findUpload, listUploads } from "../../src/database/uploads.js";
import { openLog } from "../../src/observability/log.js";
import { coverageOf } from "../../src/report/totals.js";
import type { CommitDetails, UploadDetails } from "../../src/uploads/parameters.js";
import { openTestDatabase } from "../support/embedded-database.js";
import { startPostgres } from "../support/postgres.js";

const DETAILS: UploadDetails = {
  name: "n",
  flags: ["a", "b,c", 'd"'],
  provider: "ci",
  build: "1",
  buildUrl: "https://ci/1",
  job: "j",
  env: { OS: "linux" },
  client: "c/1",
};

describe("queries on the embedded database", () => {
  contract(async () => ({ db: (await openTestDatabase()).db, stop: async () => {} }));
});

describe.runIf(realParts().postgres)("queries on PostgreSQL", () => {
  contract(async () => {
    const server = await startPostgres();
    const log = openLog({ logLevel: "silent" });
    const { db } = await openDatabase({ databaseUrl: await server.createDatabase("queries"), dataDir: "" }, log);
    await migrate(db);
    return { db, stop: () => server.stop() };
  });
});

function contract(open: () => Promise<{ db: Kysely<Database>; stop: () => Promise<void> }>) {
  let db: Kysely<Database>;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ db, stop } = await open());
  });
  afterAll(async () => {
    await db.destroy();
    await stop();
  });

  const repository = (name: string) => ensureRepository(db, { host: "github", owner: "o", name }, "main");
  const commit = (repositoryId: number, sha: string, details: Partial<CommitDetails> = {}) =>
    ensureCommit(
      db,
      repositoryId,
      { sha, branch: "main", pullId: null, parentSha: null, ...details },
      { withToken: true },
    );

  async function report(repositoryId: number, sha: string, hits: number, details: Partial<CommitDetails> = {}) {
    const { id } = await commit(repositoryId, sha, details);
    const totals = {
      files: 1,
      lines: 10,
      hits,
      misses: 10 - hits,
      partials: 0,
      coverage: coverageOf(hits, 10),
      branches: 0,
      methods: 0,
      complexity: 0,
      complexityTotal: 0,
    };
    await db
      .updateTable("commits")
      .set({ report_key: "key", totals: JSON.stringify(totals) })
      .where("id", "=", id)
      .execute();
  }

  it("make a repository once, with tokens of its own, also when it is asked for many times at once", async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => repository("once")));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const [{ upload_token: token, image_token: imageToken }] = made;
    expect(token).toMatch(/^[0-9a-f-]{36}$/);
    expect(imageToken).not.toBe(token);
    expect(await findRepositoryByToken(db, token)).toEqual(made[0]);
    expect(await findRepositoryByToken(db, imageToken)).toBeNull();
    expect(await findRepository(db, { host: "github", owner: "O", name: "ONCE" })).toEqual(made[0]);
    expect(await findRepository(db, { host: "gitlab", owner: "o", name: "once" })).toBeNull();
  });

  it("list repositories by host, owner and part of the name, in pages", async () => {
    for (const name of ["list-a", "list_b", "list%c"]) {
      await ensureRepository(db, { host: "gitlab", owner: "grp/sub", name }, "main");
    }
    const names = async (filter: object, page = { number: 1, size: 10 }) => {
      const { count, repositories } = await listRepositories(db, filter, page);
      return { count, names: repositories.map(({ name }) => name).sort() };
    };
    expect(await names({ host: "gitlab" })).toEqual({ count: 3, names: ["list%c", "list-a", "list_b"] });
    expect(await names({ owner: "GRP/SUB", search: "list_" })).toEqual({ count: 1, names: ["list_b"] });
    expect(await names({ search: "sub/LIST%" })).toEqual({ count: 1, names: ["list%c"] });
    expect(await names({ search: "\\" })).toEqual({ count: 0, names: [] });
    expect((await names({ host: "gitlab" }, { number: 2, size: 2 })).names).toHaveLength(1);
  });

  it("fill the gaps of a commit and leave what it says already", async () => {
    const { id } = await repository("gaps");
    const first = await commit(id, "c1", { branch: null });
    const second = await commit(id, "c1", { branch: "main", pullId: 3 });
    const third = await commit(id, "c1", { branch: "other", pullId: 4, parentSha: "c0" });
    expect([first.id, second.id]).toEqual([third.id, third.id]);
    expect(third).toMatchObject({ branch: "main", pull_id: 3, parent_sha: "c0", state: "pending", totals: null });
  });

  it("give out sessions one by one up to the limit, also at once", async () => {
    const { id } = await repository("sessions");
    const { id: commitId } = await commit(id, "c1");
    const made = await Promise.all(
      Array.from({ length: 10 }, () => createUpload(db, { commitId, details: DETAILS, acceptsJson: true }, 6)),
    );
    expect(made.filter((upload) => upload === null)).toHaveLength(4);
    const uploads = await listUploads(db, commitId);
    expect(uploads.map(({ session }) => session)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(uploads[0]).toMatchObject({ flags: DETAILS.flags, env: DETAILS.env, state: "started", accepts_json: true });
  });

  it("accept one body of an upload, and mark commit and repository with it", async () => {
    const { id } = await repository("bodies");
    const { id: commitId } = await commit(id, "c1");
    await completeWithoutReport(db, commitId);
    const upload = await createUpload(db, { commitId, details: DETAILS, acceptsJson: false }, 1);
    const found = (await findUpload(db, upload!.external_id))!;
    const accepted = await Promise.all(["k1", "k2", "k3"].map((key) => acceptBody(db, found, key)));
    expect(accepted.filter(Boolean)).toHaveLength(1);
    const after = await findUpload(db, upload!.external_id);
    expect(after).toMatchObject({ state: "uploaded", upload_key: `k${accepted.indexOf(true) + 1}` });
    expect((await findCommit(db, id, "c1"))?.state).toBe("pending");
  });

  it("find the newest reports of the default branch", async () => {
    const { id } = await repository("newest");
    await report(id, "c1", 1);
    await report(id, "c2", 2);
    await report(id, "c3", 3, { branch: "dev" });
    await commit(id, "c4");
    const points = (await recentCoverage(db, [id], 10)).get(id);
    expect(points?.map(({ sha, totals }) => [sha, totals?.coverage])).toEqual([
      ["c2", "20.00000"],
      ["c1", "10.00000"],
    ]);
    expect((await latestReportedCommit(db, id))?.sha).toBe("c2");
    expect((await latestReportedCommit(db, id, "dev"))?.sha).toBe("c3");
    expect(await latestReportedCommit(db, id, "none")).toBeNull();
  });

  it("find those of any branch but pull requests where the default branch has none", async () => {
    const { id } = await repository("elsewhere");
    await report(id, "c1", 1, { branch: "release" });
    await report(id, "c2", 2, { branch: null });
    await report(id, "c3", 3, { branch: "topic", pullId: 7 });
    const none = await repository("nothing");
    const found = await recentCoverage(db, [none.id, id], 1);
    expect([...found.keys()]).toEqual([id]);
    expect((await latestReportedCommit(db, id))?.sha).toBe("c2");
  });

  it("list commits newest first, of one branch or all", async () => {
    const { id } = await repository("commits");
    for (const sha of ["c1", "c2", "c3"]) await commit(id, sha, { branch: sha === "c2" ? "dev" : "main" });
    const all = await listCommits(db, id, {}, { number: 1, size: 2 });
    expect([all.count, all.commits.map(({ sha }) => sha)]).toEqual([3, ["c3", "c2"]]);
    const main = await listCommits(db, id, { branch: "main" }, { number: 1, size: 10 });
    expect([main.count, main.commits.map(({ sha }) => sha)]).toEqual([2, ["c3", "c1"]]);
  });

  it("count the merged uploads of commits", async () => {
    const { id } = await repository("counts");
    const { id: commitId } = await commit(id, "c1");
    for (let n = 0; n < 3; n++) await createUpload(db, { commitId, details: DETAILS, acceptsJson: false }, 9);
    await db
      .updateTable("uploads")
      .set({ state: "merged" })
      .where("commit_id", "=", commitId)
      .where("session", "<", 2)
      .execute();
    expect(await countMergedUploads(db, [commitId, 0])).toEqual(new Map([[commitId, 2]]));
    expect(await countMergedUploads(db, [])).toEqual(new Map());
  });
}
