import { randomUUID } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import type { UploadDetails } from "../uploads/parameters.js";
import type { Database, UploadState } from "./schema.js";

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
 * commit's counter gives out sessions, so that uploads that come at once get one each and none exceeds the limit. One
 * statement: of what a request for an address costs, most is the way to the database and back.
 */
export async function createUpload(
  db: Kysely<Database>,
  { commitId, details, acceptsJson }: NewUpload,
  uploadsPerCommit: number,
): Promise<Upload | null> {
  const externalId = randomUUID();
  const env = details.env && JSON.stringify(details.env);
  const row = await db
    .with("claimed", (claim) =>
      claim
        .updateTable("commits")
        .set((eb) => ({ next_session: eb("next_session", "+", 1) }))
        .where("id", "=", commitId)
        .where("next_session", "<", uploadsPerCommit)
        .returning(["id", sql<number>`next_session - 1`.as("session")]),
    )
    .insertInto("uploads")
    .columns([
      "commit_id",
      "session",
      "external_id",
      "state",
      "name",
      "flags",
      "provider",
      "build",
      "build_url",
      "job",
      "env",
      "client",
      "accepts_json",
      "upload_key",
    ])
    .expression((eb) =>
      eb
        .selectFrom("claimed")
        .select([
          "claimed.id",
          "claimed.session",
          sql`${externalId}::uuid`.as("external_id"),
          sql`'started'`.as("state"),
          sql`${details.name}`.as("name"),
          sql`${details.flags}::text[]`.as("flags"),
          sql`${details.provider}`.as("provider"),
          sql`${details.build}`.as("build"),
          sql`${details.buildUrl}`.as("build_url"),
          sql`${details.job}`.as("job"),
          sql`${env}::jsonb`.as("env"),
          sql`${details.client}`.as("client"),
          sql`${acceptsJson}::boolean`.as("accepts_json"),
          sql`${`uploads/${externalId}`}`.as("upload_key"),
        ]),
    )
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
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

/** States of the uploads that clients sent for a commit: those that were carried forward to it are left out. */
export async function statesOfUploads(db: Kysely<Database>, commitId: number): Promise<readonly UploadState[]> {
  const rows = await db
    .selectFrom("uploads")
    .select("state")
    .where("commit_id", "=", commitId)
    .where("carried_from", "is", null)
    .execute();
  return rows.map(({ state }) => state);
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

/**
 * Notes where a body will be stored that is about to come, and returns its upload; null when there is none, or it has
 * its body already. Nobody was promised anything yet, so the note need not wait for the disk: what has its body stored
 * and accepted writes out all that came before.
 *
 * @param externalId a UUID
 */
export async function announceBody(
  db: Kysely<Database>,
  externalId: string,
  key: string,
): Promise<UploadOfCommit | null> {
  const row = await db
    .with("unhurried", (settings) =>
      settings.selectNoFrom(sql`set_config('synchronous_commit', 'off', true)`.as("synchronous_commit")),
    )
    .updateTable("uploads")
    .from(["unhurried", "commits"])
    .set({ upload_key: key, announced_at: new Date() })
    .whereRef("commits.id", "=", "uploads.commit_id")
    .where("uploads.external_id", "=", externalId)
    .where((eb) => eb.or([eb("uploads.state", "=", "started"), eb("uploads.error", "=", "file_not_in_storage")]))
    .returningAll("uploads")
    .returning(["commits.sha", "commits.repository_id"])
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Marks an upload whose body lies in storage under `key`, and with it its commit and repository. False when another
 * request delivered the body first: the key is then the caller's to delete.
 */
export async function acceptBody(
  db: Kysely<Database>,
  upload: Pick<UploadOfCommit, "id" | "commit_id" | "repository_id">,
  key: string,
): Promise<boolean> {
  const now = new Date();
  const accepted = await db
    .with("accepted", (accept) =>
      accept
        .updateTable("uploads")
        .set({ state: "uploaded", error: null, account: null, upload_key: key, body_deleted_at: null, updated_at: now })
        .where("id", "=", upload.id)
        .where((eb) => eb.or([eb("state", "=", "started"), eb("error", "=", "file_not_in_storage")]))
        .returning("id"),
    )
    .with("touched", (touch) =>
      touch
        .updateTable("repositories")
        .set({ updated_at: now })
        .where("id", "=", upload.repository_id)
        .where((eb) => eb.exists(eb.selectFrom("accepted").select("accepted.id"))),
    )
    .updateTable("commits")
    .set({ state: "pending", updated_at: now })
    .where("id", "=", upload.commit_id)
    .where((eb) => eb.exists(eb.selectFrom("accepted").select("accepted.id")))
    .executeTakeFirst();
  return accepted.numUpdatedRows > 0n;
}
