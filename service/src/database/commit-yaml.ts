import type { Kysely } from "kysely";
import type { Database } from "./schema.js";

/** Texts of the yamls that may hold for a commit. */
export interface YamlTexts {
  readonly commit: string | null;
  readonly repository: string | null;
}

export async function findYamlTexts(db: Kysely<Database>, commitId: number): Promise<YamlTexts> {
  return db
    .selectFrom("commits")
    .innerJoin("repositories", "repositories.id", "commits.repository_id")
    .select(["commits.yaml as commit", "repositories.yaml as repository"])
    .where("commits.id", "=", commitId)
    .executeTakeFirstOrThrow();
}

/** Keeps a commit's yaml, and as the repository's when the commit is on its default branch. */
export async function storeYaml(db: Kysely<Database>, commitId: number, text: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { repository_id: repositoryId } = await transaction
      .updateTable("commits")
      .set({ yaml: text })
      .where("id", "=", commitId)
      .returning("repository_id")
      .executeTakeFirstOrThrow();
    await transaction
      .updateTable("repositories")
      .set({ yaml: text })
      .where("id", "=", repositoryId)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom("commits")
            .select("commits.id")
            .where("commits.id", "=", commitId)
            .whereRef("commits.branch", "=", "repositories.default_branch"),
        ),
      )
      .execute();
  });
}
