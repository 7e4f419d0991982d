import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { UploadDetails } from "../uploads/parameters.js";
import type { Database } from "./schema.js";

export type Upload = Selectable<Database["uploads"]>;
/** An upload with what it takes to receive its body. */
export type UploadOfCommit = Upload & { readonly sha: string; readonly repository_id: number };

export interface NewUpload {
  readonly commitId: number;
  readonly details: UploadDetails;
  /** Whether the body may be the CLI's JSON. */
  readonly acceptsJson: boolean;
}

/**
 * Starts an upload as the commit's next session, or returns null when the commit has `uploadsPerCommit` already. The
 * commit's counter gives out sessions, so that uploads that come at once get one each and none exceeds the limit.
 */
export async function createUpload(
  db: Kysely<Database>,
  upload: NewUpload,
  uploadsPerCommit: number,
): Promise<Upload | null> {
  const externalId = randomUUID();
  const { details } = upload;
  return db.transaction().execute(async (transaction) => {
    const claimed = await transaction
      .updateTable("commits")
      .set((eb) => ({ next_session: eb("next_session", "+", 1) }))
      .where("id", "=", upload.commitId)
      .where("next_session", "<", uploadsPerCommit)
      .returning("next_session")
      .executeTakeFirst();
    if (!claimed) return null;
    return transaction
      .insertInto("uploads")
      .values({
        external_id: externalId,
        commit_id: upload.commitId,
        session: claimed.next_session - 1,
        state: "started",
        name: details.name,
        flags: details.flags,
        provider: details.provider,
        build: details.build,
        build_url: details.buildUrl,
        job: details.job,
        env: details.env && JSON.stringify(details.env),
        client: details.client,
        accepts_json: upload.acceptsJson,
        upload_key: `uploads/${externalId}`,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** `externalId` is a UUID. */
export async function findUpload(db: Kysely<Database>, externalId: string): Promise<UploadOfCommit | null> {
  const row = await db
    .selectFrom("uploads")
    .innerJoin("commits", "commits.id", "uploads.commit_id")
    .selectAll("uploads")
    .select(["commits.sha", "commits.repository_id"])
    .where("uploads.external_id", "=", externalId)
    .executeTakeFirst();
  return row ?? null;
}

/** In the order of their sessions. */
export function listUploads(db: Kysely<Database>, commitId: number): Promise<Upload[]> {
  return db.selectFrom("uploads").selectAll().where("commit_id", "=", commitId).orderBy("session").execute();
}

/** How many uploads each commit's report is made of, by the commit's id; commits without one are left out. */
export async function countMergedUploads(
  db: Kysely<Database>,
  commitIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (commitIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("uploads")
    .where("commit_id", "in", commitIds)
    .where("state", "=", "merged")
    .groupBy("commit_id")
    .select((eb) => ["commit_id", eb.fn.countAll<number>().as("merged")])
    .execute();
  return new Map(rows.map((row) => [row.commit_id, row.merged]));
}

/** True while a body may still come: also when the wait for it was given up and it comes after all. */
export function awaitsBody(upload: Pick<Upload, "state" | "error">): boolean {
  return upload.state === "started" || upload.error === "file_not_in_storage";
}

/** Notes where a body will be stored that is about to come, unless one was accepted already. */
export async function announceBody(db: Kysely<Database>, uploadId: number, key: string): Promise<void> {
  await db
    .updateTable("uploads")
    .set({ upload_key: key, announced_at: new Date() })
    .where("id", "=", uploadId)
    .where((eb) => eb.or([eb("state", "=", "started"), eb("error", "=", "file_not_in_storage")]))
    .execute();
}

/**
 * Marks an upload whose body lies in storage under `key`, and with it its commit and repository. False when another
 * request delivered the body first: the key is then the caller's to delete.
 */
export function acceptBody(
  db: Kysely<Database>,
  upload: Pick<UploadOfCommit, "id" | "commit_id" | "repository_id">,
  key: string,
): Promise<boolean> {
  const now = new Date();
  return db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable("uploads")
      .set({ state: "uploaded", error: null, account: null, upload_key: key, updated_at: now })
      .where("id", "=", upload.id)
      .where((eb) => eb.or([eb("state", "=", "started"), eb("error", "=", "file_not_in_storage")]))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await transaction
      .updateTable("commits")
      .set({ state: "pending", updated_at: now })
      .where("id", "=", upload.commit_id)
      .execute();
    await transaction
      .updateTable("repositories")
      .set({ updated_at: now })
      .where("id", "=", upload.repository_id)
      .execute();
    return true;
  });
}
