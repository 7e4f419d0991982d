import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import type { Database } from "./schema.js";

/**
 * Gives a commit the uploads of another as its own: rows that name the same bodies, to be processed by its own yaml. What
 * it was given before, it is not given again.
 *
 * @returns the ids of the new rows
 */
export async function transplantUploads(
  db: Kysely<Database>,
  fromCommitId: number,
  toCommitId: number,
): Promise<readonly number[]> {
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
      .execute();
    if (uploads.length === 0) return [];
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
          state: "uploaded" as const,
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
        })),
      )
      .returning("id")
      .execute();
    return rows.map(({ id }) => id);
  });
}
