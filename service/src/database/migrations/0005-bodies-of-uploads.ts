import { type Kysely, type Migration, sql } from "kysely";

const STATEMENTS = [
  `alter table uploads
    add column received_at timestamptz,
    add column transplanted_from bigint,
    add column body_deleted_at timestamptz`,
  // Few uploads are transplanted.
  `create index uploads_transplanted on uploads (transplanted_from) where transplanted_from is not null`,
];

/** When an upload was received that shares another's body, whose body that is, and since when a body is gone. */
export const bodiesOfUploads: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
