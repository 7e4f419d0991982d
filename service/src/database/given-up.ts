import { type Kysely, sql } from "kysely";
import { RETRY } from "../queue/job-queue.js";
import { settleCommits } from "./jobs.js";
import type { Database } from "./schema.js";

const BATCH = 1000;

/**
 * Gives one more attempt to uploads that were given up for reasons outside their content, for a week. One waits as
 * long again as it had taken until then: a quarter of an hour at first, never more than a day. Returns which.
 */
export async function retryGivenUp(
  db: Kysely<Database>,
  now: Date,
): Promise<readonly { readonly id: number; readonly sha: string }[]> {
  return db.transaction().execute(async (transaction) => {
    const due = transaction
      .selectFrom("uploads")
      .select("id")
      .where("state", "=", "error")
      .where("error", "=", "processing_failed")
      .where("created_at", ">", sql<Date>`${now}::timestamptz - interval '7 days'`)
      .where(
        "updated_at",
        "<=",
        sql<Date>`${now}::timestamptz
          - least(greatest(updated_at - created_at, interval '15 minutes'), interval '1 day')`,
      )
      .orderBy("updated_at")
      .limit(BATCH)
      // Of two sweepers at once, each takes what the other does not.
      .forUpdate()
      .skipLocked();
    const retried = await transaction
      .updateTable("uploads")
      .from("commits")
      .set({ state: "uploaded", error: null, account: null, attempts: RETRY.attempts - 1, updated_at: now })
      .whereRef("commits.id", "=", "uploads.commit_id")
      .where("uploads.id", "in", due)
      .returning(["uploads.id", "uploads.commit_id", "commits.sha"])
      .execute();
    await settleCommits(transaction, [...new Set(retried.map((row) => row.commit_id))]);
    return retried;
  });
}
