import { type Kysely, type Migration, sql } from "kysely";

/** Each summary of a commit looks for those that are compared with it. */
export const commitsByDiffBase: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create index commits_diff_base on commits (repository_id, diff_base)
      where diff_base is not null`.execute(db);
  },
};
