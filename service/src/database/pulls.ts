import type { Kysely } from "kysely";
import type { Database } from "./schema.js";

/** Notes the commit that a client wants a pull request to be compared with. */
export async function setProvidedBase(
  db: Kysely<Database>,
  repositoryId: number,
  number: number,
  sha: string,
): Promise<void> {
  await db
    .insertInto("pulls")
    .values({ repository_id: repositoryId, number, provided_base_sha: sha })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "number"]).doUpdateSet({ provided_base_sha: sha, updated_at: new Date() }),
    )
    .execute();
}

/** The commit that a client chose, or null. */
export async function findProvidedBase(
  db: Kysely<Database>,
  repositoryId: number,
  number: number,
): Promise<string | null> {
  const row = await db
    .selectFrom("pulls")
    .select("provided_base_sha")
    .where("repository_id", "=", repositoryId)
    .where("number", "=", number)
    .executeTakeFirst();
  return row?.provided_base_sha ?? null;
}
