import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import type { Database } from "./schema.js";

/**
 * Notes that a processed upload's body is gone, for the caller to delete it; also of the uploads that share it. False
 * when one of these has yet to be made a report of, or when it was noted before.
 */
export async function giveUpBody(db: Kysely<Database>, id: number): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { source } = await transaction
      .selectFrom("uploads")
      .select((eb) => eb.fn.coalesce("transplanted_from", "id").as("source"))
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const shares = (eb: ExpressionBuilder<Database, "uploads">) =>
      eb.or([eb("id", "=", source), eb("transplanted_from", "=", source)]);
    // Waits for a transplant that is under way: the next statement sees what it gave away.
    await transaction.selectFrom("uploads").select("id").where(shares).orderBy("id").forNoKeyUpdate().execute();
    const { numUpdatedRows } = await transaction
      .updateTable("uploads")
      .set({ body_deleted_at: new Date() })
      .where(shares)
      .where("body_deleted_at", "is", null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("uploads")
              .select(sql`1`.as("one"))
              .where(shares)
              .where((eb) => eb.or([eb("state", "=", "uploaded"), eb("error", "=", "processing_failed")])),
          ),
        ),
      )
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  });
}
