import { type Kysely, sql } from "kysely";
import type { UploadAccount } from "../ingest/account.js";
import type { Totals } from "../report/totals.js";
import type { Database, GitHostName, UploadError, UploadState } from "./schema.js";

/*
 * What jobs ask of the database and write to it. Every change of state names the state that it starts from, so a job
 * that runs twice, or beside another of its kind, changes nothing the second time.
 */

export interface UploadToProcess {
  readonly id: number;
  readonly commitId: number;
  readonly externalId: string;
  readonly session: number;
  readonly state: UploadState;
  readonly acceptsJson: boolean;
  readonly flags: readonly string[];
  readonly uploadKey: string;
  /** Whether the body was deleted after it was processed. */
  readonly bodyIsDeleted: boolean;
  readonly receivedAt: Date;
  readonly origin: CommitOrigin;
}

export interface CommitOrigin {
  readonly sha: string;
  readonly service: GitHostName;
  readonly owner: string;
  readonly repository: string;
}

export async function findUploadToProcess(db: Kysely<Database>, id: number): Promise<UploadToProcess | null> {
  const row = await withOrigin(db)
    .innerJoin("uploads", "uploads.commit_id", "commits.id")
    .select([
      "uploads.id",
      "uploads.commit_id",
      "uploads.external_id",
      "uploads.session",
      "uploads.state",
      "uploads.accepts_json",
      "uploads.flags",
      "uploads.upload_key",
      "uploads.body_deleted_at",
      "uploads.received_at",
      "uploads.created_at",
    ])
    .where("uploads.id", "=", id)
    .executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id,
    commitId: row.commit_id,
    externalId: row.external_id,
    session: row.session,
    state: row.state,
    acceptsJson: row.accepts_json,
    flags: row.flags,
    uploadKey: row.upload_key,
    bodyIsDeleted: row.body_deleted_at !== null,
    receivedAt: row.received_at ?? row.created_at,
    origin: originOf(row),
  };
}

/** Counts an attempt to process the upload; null when there is nothing to process any more. */
export async function beginAttempt(db: Kysely<Database>, id: number): Promise<number | null> {
  const row = await db
    .updateTable("uploads")
    .set((eb) => ({ attempts: eb("attempts", "+", 1), updated_at: new Date() }))
    .where("id", "=", id)
    .where("state", "=", "uploaded")
    .returning("attempts")
    .executeTakeFirst();
  return row?.attempts ?? null;
}

export interface ProcessedSession {
  readonly sessionKey: string;
  readonly totals: Totals;
  readonly account: UploadAccount;
}

/** False when the upload was no longer waiting to be processed. */
export async function completeProcessing(
  db: Kysely<Database>,
  id: number,
  session: ProcessedSession,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("uploads")
    .set({
      state: "processed",
      session_key: session.sessionKey,
      totals: JSON.stringify(session.totals),
      account: JSON.stringify(session.account),
      updated_at: new Date(),
    })
    .where("id", "=", id)
    .where("state", "=", "uploaded")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends an upload in an error, and with it perhaps its commit. False when it was no longer waiting to be processed. */
export async function failUpload(
  db: Kysely<Database>,
  upload: Pick<UploadToProcess, "id" | "commitId">,
  error: UploadError,
  account: UploadAccount,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable("uploads")
      .set({ state: "error", error, account: JSON.stringify(account), updated_at: new Date() })
      .where("id", "=", upload.id)
      .where("state", "=", "uploaded")
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await settleCommits(transaction, [upload.commitId]);
    return true;
  });
}

/** Takes a session back to the start: the report under its key is lost. One that has another by now stays as it is. */
export async function processAgain(
  db: Kysely<Database>,
  { uploadId, sessionKey }: Pick<SessionToMerge, "uploadId" | "sessionKey">,
): Promise<void> {
  await db
    .updateTable("uploads")
    .set({ state: "uploaded", session_key: null, attempts: 0, updated_at: new Date() })
    .where("id", "=", uploadId)
    .where("session_key", "=", sessionKey)
    .where("state", "in", ["processed", "merged"])
    .execute();
}

/** Gives another series of attempts to uploads that were given up for reasons outside their content. Returns which. */
export async function requeueGivenUp(
  db: Kysely<Database>,
): Promise<readonly { readonly id: number; readonly sha: string }[]> {
  return db.transaction().execute(async (transaction) => {
    const requeued = await transaction
      .updateTable("uploads")
      .from("commits")
      .set({ state: "uploaded", error: null, account: null, attempts: 0, updated_at: new Date() })
      .whereRef("commits.id", "=", "uploads.commit_id")
      .where("uploads.state", "=", "error")
      .where("uploads.error", "=", "processing_failed")
      .returning(["uploads.id", "uploads.commit_id", "commits.sha"])
      .execute();
    await settleCommits(transaction, [...new Set(requeued.map((row) => row.commit_id))]);
    return requeued.map(({ id, sha }) => ({ id, sha }));
  });
}

export interface CommitToMerge {
  readonly reportKey: string | null;
  readonly reportVersion: number;
  /** Whether it was settled what the commit carries forward. */
  readonly carryDecided: boolean;
  readonly origin: CommitOrigin;
  /** Processed and merged sessions in their order. */
  readonly sessions: readonly SessionToMerge[];
  /** Uploads that came lately and wait for their first attempt, or are at it: their merge is about to be asked for. */
  readonly expected: number;
}

export interface SessionToMerge {
  readonly uploadId: number;
  readonly session: number;
  readonly merged: boolean;
  readonly sessionKey: string;
  readonly flags: readonly string[];
  readonly carriedForward: boolean;
}

/** @param expectedSince since when an upload must have come to be expected still */
export async function findCommitToMerge(
  db: Kysely<Database>,
  id: number,
  expectedSince: Date,
): Promise<CommitToMerge | null> {
  const commit = await withOrigin(db)
    .select(["commits.report_key", "commits.report_version", "commits.carry_decided"])
    .select(({ selectFrom }) =>
      selectFrom("uploads")
        .whereRef("uploads.commit_id", "=", "commits.id")
        .where("uploads.state", "=", "uploaded")
        .where("uploads.attempts", "<=", 1)
        .where("uploads.updated_at", ">", expectedSince)
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .as("expected"),
    )
    .where("commits.id", "=", id)
    .executeTakeFirst();
  if (!commit) return null;
  const sessions = await db
    .selectFrom("uploads")
    .select(["id", "session", "state", "session_key", "flags"])
    .where("commit_id", "=", id)
    .where("state", "in", ["processed", "merged"])
    .where("session_key", "is not", null)
    .orderBy("session")
    .execute();
  return {
    reportKey: commit.report_key,
    reportVersion: commit.report_version,
    carryDecided: commit.carry_decided,
    origin: originOf(commit),
    sessions: sessions.map((row) => ({
      uploadId: row.id,
      session: row.session,
      merged: row.state === "merged",
      sessionKey: row.session_key!,
      flags: row.flags,
      carriedForward: row.session < 0,
    })),
    expected: commit.expected ?? 0,
  };
}

export interface NewReport {
  /** The version that the report was made from. */
  readonly fromVersion: number;
  readonly reportKey: string;
  readonly totals: Totals;
  /** Uploads that are part of it and were not part of the one before. */
  readonly uploadIds: readonly number[];
  /** Sessions that were carried forward and have given way to uploads. */
  readonly replacedIds: readonly number[];
}

/** Makes a report the commit's, unless another one became it since `fromVersion`: then nothing changes and false comes back. */
export async function swapReport(db: Kysely<Database>, commitId: number, report: NewReport): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const now = new Date();
    const { numUpdatedRows } = await transaction
      .updateTable("commits")
      .set({
        report_key: report.reportKey,
        report_version: report.fromVersion + 1,
        totals: JSON.stringify(report.totals),
        summary: null,
        updated_at: now,
      })
      .where("id", "=", commitId)
      .where("report_version", "=", report.fromVersion)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    if (report.uploadIds.length > 0) {
      await transaction
        .updateTable("uploads")
        .set({ state: "merged", updated_at: now })
        .where("id", "in", report.uploadIds)
        .where("state", "=", "processed")
        .execute();
    }
    await forgetCarried(transaction, report.replacedIds);
    await settleCommits(transaction, [commitId]);
    return true;
  });
}

/** Removes sessions that were carried forward. */
export async function forgetCarried(db: Kysely<Database>, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom("uploads").where("id", "in", ids).where("session", "<", 0).execute();
}

/**
 * Sets the state of commits to what their uploads say; one whose uploads are all still to come stays as it is. Part of
 * the transaction that changed the uploads.
 */
export async function settleCommits(db: Kysely<Database>, commitIds: readonly number[]): Promise<void> {
  if (commitIds.length === 0) return;
  await lockCommits(db, commitIds);
  const some = (...states: UploadState[]) => sql<boolean>`exists (
    select from uploads where uploads.commit_id = commits.id and uploads.state in (${sql.join(states)}))`;
  await db
    .updateTable("commits")
    .set({
      state: sql`case
        when ${some("uploaded", "processed")} then 'pending'
        when ${some("merged")} then 'complete'
        when ${some("error")} then 'error'
        else state end`,
      updated_at: new Date(),
    })
    .where("id", "in", commitIds)
    .execute();
}

/**
 * A statement that waits for a row still sees all others as they were before it waited: of two that settle a commit
 * at once the second would miss what the first did. So the waiting is done before the uploads are looked at.
 */
async function lockCommits(db: Kysely<Database>, commitIds: readonly number[]): Promise<void> {
  await db.selectFrom("commits").select("id").where("id", "in", commitIds).orderBy("id").forNoKeyUpdate().execute();
}

function withOrigin(db: Kysely<Database>) {
  return db
    .selectFrom("commits")
    .innerJoin("repositories", "repositories.id", "commits.repository_id")
    .innerJoin("owners", "owners.id", "repositories.owner_id")
    .select(["commits.sha", "owners.service", "owners.username", "repositories.name"]);
}

function originOf(row: { sha: string; service: GitHostName; username: string; name: string }): CommitOrigin {
  return { sha: row.sha, service: row.service, owner: row.username, repository: row.name };
}
