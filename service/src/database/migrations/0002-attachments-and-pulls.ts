import { type Kysely, type Migration, sql } from "kysely";

const STATEMENTS = [
  "alter table uploads add column announced_at timestamptz",
  "create index uploads_announced on uploads (announced_at) where state = 'started' and announced_at is not null",

  `create table attachments (
    id bigint generated always as identity primary key,
    external_id uuid not null,
    commit_id bigint not null references commits on delete cascade,
    kind text not null check (kind in ('test_results', 'bundle_analysis')),
    name text,
    flags text[] not null default '{}',
    provider text,
    build text,
    build_url text,
    job text,
    env jsonb,
    client text,
    object_key text,
    size bigint,
    created_at timestamptz not null default now(),
    stored_at timestamptz,
    constraint attachments_external_id unique (external_id)
  )`,
  "create index attachments_commit on attachments (commit_id, kind, id)",

  `create table pulls (
    repository_id bigint not null references repositories on delete cascade,
    number bigint not null,
    provided_base_sha text,
    updated_at timestamptz not null default now(),
    primary key (repository_id, number)
  )`,
];

export const attachmentsAndPulls: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
