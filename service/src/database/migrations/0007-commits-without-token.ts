import { type Kysely, type Migration, sql } from "kysely";

/** Which commits are known by uploads without a token alone. */
export const commitsWithoutToken: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table commits add column without_token boolean not null default false`.execute(db);
  },
};
