import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { Database } from "./schema.js";

/** Uploads that a commit was given. */
export interface Transplanted {
  /** Ids of those that wait to be processed. */
  readonly toProcess: readonly number[];
  /** How many have their report already: their bodies are gone. */
  readonly processed: number;
}

/**
 * Gives a commit the uploads of another as its own: rows that name the same bodies, to be processed by its own yaml; or
 * the same session reports, where the bodies are gone. What it was given before, it is not given again.
 *
 * @returns null when the commit would then have more than `uploadsPerCommit`: it is given none
 */
export async function transplantUploads(
  db: Kysely<Database>,
  fromCommitId: number,
  toCommitId: number,
  uploadsPerCommit: number,
): Promise<Transplanted | null> {
  return db.transaction().execute(async (transaction) => {
    // Also keeps two that do the same at once from each other.
    const { next_session: next } = await transaction
      .selectFrom("commits")
      .select("next_session")
      .where("id", "=", toCommitId)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow();
    const given = transaction.selectFrom("uploads").select("upload_key").where("commit_id", "=", toCommitId);
    const uploads = await transaction
      .selectFrom("uploads")
      .selectAll()
      .where("commit_id", "=", fromCommitId)
      .where("session", ">=", 0)
      .where("state", "in", ["uploaded", "processed", "merged"])
      .where("upload_key", "not in", given)
      .orderBy("session")
      // Whoever would delete one of the bodies waits, and then sees who needs it.
      .forShare()
      .execute();
    if (uploads.length === 0) return { toProcess: [], processed: 0 };
    if (next + uploads.length > uploadsPerCommit) return null;
    await transaction
      .updateTable("commits")
      .set({ next_session: next + uploads.length, state: "pending", updated_at: new Date() })
      .where("id", "=", toCommitId)
      .execute();
    const rows = await transaction
      .insertInto("uploads")
      .values(
        uploads.map((upload, index) => ({
          external_id: randomUUID(),
          commit_id: toCommitId,
          session: next + index,
          name: upload.name,
          flags: upload.flags,
          provider: upload.provider,
          build: upload.build,
          build_url: upload.build_url,
          job: upload.job,
          env: upload.env && JSON.stringify(upload.env),
          client: upload.client,
          accepts_json: upload.accepts_json,
          upload_key: upload.upload_key,
          received_at: upload.received_at ?? upload.created_at,
          transplanted_from: upload.transplanted_from ?? upload.id,
          ...(upload.body_deleted_at === null ? UNPROCESSED : reportOf(upload)),
        })),
      )
      .returning(["id", "state"])
      .execute();
    const toProcess = rows.filter(({ state }) => state === "uploaded").map(({ id }) => id);
    return { toProcess, processed: rows.length - toProcess.length };
  });
}

const UNPROCESSED = {
  state: "uploaded" as const,
  session_key: null,
  totals: null,
  account: null,
  body_deleted_at: null,
};

function reportOf(upload: Selectable<Database["uploads"]>) {
  return {
    state: "processed" as const,
    session_key: upload.session_key,
    totals: upload.totals && JSON.stringify(upload.totals),
    account: upload.account && JSON.stringify(upload.account),
    body_deleted_at: upload.body_deleted_at,
  };
}
