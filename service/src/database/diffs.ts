import type { Kysely } from "kysely";
import type { Database } from "./schema.js";

/** Where a commit's diff is in the object store, and which commit it starts from. */
export interface CommitDiff {
  readonly base: string;
  readonly key: string;
}

/** Makes a stored diff the commit's, and its base the commit's parent where none is known. @returns the key that it replaces */
export async function setDiff(db: Kysely<Database>, commitId: number, diff: CommitDiff): Promise<string | null> {
  return db.transaction().execute(async (transaction) => {
    const before = await transaction
      .selectFrom("commits")
      .select("diff_key")
      .where("id", "=", commitId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    await transaction
      .updateTable("commits")
      .set((eb) => ({
        diff_base: diff.base,
        diff_key: diff.key,
        summary: null,
        parent_sha: eb.fn.coalesce("parent_sha", eb.val(diff.base)),
      }))
      .where("id", "=", commitId)
      .execute();
    return before.diff_key;
  });
}
