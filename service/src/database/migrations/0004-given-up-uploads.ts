import { type Kysely, type Migration, sql } from "kysely";

/** Few uploads of many are given up, and each sweep looks for them. */
export const givenUpUploads: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create index uploads_given_up on uploads (updated_at)
      where state = 'error' and error = 'processing_failed'`.execute(db);
  },
};
