import { type Kysely, type Migration, sql } from "kysely";

const STATEMENTS = [
  "alter table repositories add column yaml text",
  `alter table commits
    add column yaml text,
    add column diff_base text,
    add column diff_key text,
    add column carry_decided boolean not null default false,
    add column carried_from text,
    add column summary jsonb`,
  "alter table uploads add column carried_from text",
  `create index commits_without_summary on commits (updated_at)
    where state = 'complete' and report_key is not null and summary is null`,
];

export const yamlAndCarryforward: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
