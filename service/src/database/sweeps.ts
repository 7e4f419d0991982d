import type { Kysely } from "kysely";
import type { UploadAccount } from "../ingest/account.js";
import { settleCommits } from "./jobs.js";
import type { Database } from "./schema.js";

const BATCH = 1000;

/** Ends uploads whose body did not come in time. Returns how many. */
export async function expireStarted(db: Kysely<Database>, createdBefore: Date): Promise<number> {
  const account: UploadAccount = {
    receivedBytes: 0,
    expandedBytes: 0,
    reports: [],
    notes: ["no body came before the upload's address expired"],
    milliseconds: 0,
  };
  return db.transaction().execute(async (transaction) => {
    const late = transaction
      .selectFrom("uploads")
      .select("id")
      .where("state", "=", "started")
      .where("created_at", "<", createdBefore)
      .limit(BATCH);
    const expired = await transaction
      .updateTable("uploads")
      .set({
        state: "error",
        error: "file_not_in_storage",
        account: JSON.stringify(account),
        updated_at: new Date(),
      })
      .where("id", "in", late)
      .where("state", "=", "started")
      .returning("commit_id")
      .execute();
    await settleCommits(transaction, [...new Set(expired.map((row) => row.commit_id))]);
    return expired.length;
  });
}

/** Uploads whose body was about to come, longer ago than that, and is not known to have come. */
export function announcedUploads(db: Kysely<Database>, announcedBefore: Date) {
  return inBatches((after) =>
    db
      .selectFrom("uploads")
      .innerJoin("commits", "commits.id", "uploads.commit_id")
      .select(["uploads.id", "uploads.commit_id", "uploads.upload_key", "commits.repository_id", "commits.sha"])
      .where("uploads.state", "=", "started")
      .where("uploads.announced_at", "<=", announcedBefore)
      .where("uploads.id", ">", after)
      .orderBy("uploads.id")
      .limit(BATCH)
      .execute(),
  );
}

/** Uploads that wait to be processed and have not changed since, in batches. */
export function waitingUploads(db: Kysely<Database>, unchangedSince: Date) {
  return inBatches((after) =>
    db
      .selectFrom("uploads")
      .innerJoin("commits", "commits.id", "uploads.commit_id")
      .select(["uploads.id", "commits.sha"])
      .where("uploads.state", "=", "uploaded")
      .where("uploads.updated_at", "<=", unchangedSince)
      .where("uploads.id", ">", after)
      .orderBy("uploads.id")
      .limit(BATCH)
      .execute(),
  );
}

/** Commits with processed sessions that wait to be merged and have not changed since, in batches. */
export function waitingCommits(db: Kysely<Database>, unchangedSince: Date) {
  return inBatches((after) =>
    db
      .selectFrom("uploads")
      .innerJoin("commits", "commits.id", "uploads.commit_id")
      .select(["commits.id", "commits.sha"])
      .distinct()
      .where("uploads.state", "=", "processed")
      .where("uploads.updated_at", "<=", unchangedSince)
      .where("commits.id", ">", after)
      .orderBy("commits.id")
      .limit(BATCH)
      .execute(),
  );
}

/** Commits with a complete report that was not summed up, and that have not changed since, in batches. */
export function commitsWithoutSummary(db: Kysely<Database>, unchangedSince: Date) {
  return inBatches((after) =>
    db
      .selectFrom("commits")
      .select(["id", "sha"])
      .where("state", "=", "complete")
      .where("report_key", "is not", null)
      .where("summary", "is", null)
      .where("updated_at", "<=", unchangedSince)
      .where("id", ">", after)
      .orderBy("id")
      .limit(BATCH)
      .execute(),
  );
}

async function* inBatches<Row extends { id: number }>(read: (after: number) => Promise<Row[]>): AsyncGenerator<Row> {
  let after = 0;
  for (;;) {
    const rows = await read(after);
    yield* rows;
    if (rows.length < BATCH) return;
    after = rows[rows.length - 1].id;
  }
}
