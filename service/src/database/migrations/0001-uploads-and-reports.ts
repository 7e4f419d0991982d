import { type Kysely, type Migration, sql } from "kysely";

const STATEMENTS = [
  `create table owners (
    id bigint generated always as identity primary key,
    service text not null,
    username text not null,
    created_at timestamptz not null default now()
  )`,
  "create unique index owners_service_username on owners (service, lower(username))",

  `create table repositories (
    id bigint generated always as identity primary key,
    owner_id bigint not null references owners on delete cascade,
    name text not null,
    default_branch text not null,
    upload_token text not null,
    image_token text not null,
    private boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint repositories_owner_name unique (owner_id, name),
    constraint repositories_upload_token unique (upload_token)
  )`,
  "create index repositories_updated on repositories (updated_at desc, id desc)",

  `create table commits (
    id bigint generated always as identity primary key,
    repository_id bigint not null references repositories on delete cascade,
    sha text not null,
    branch text,
    pull_id bigint,
    parent_sha text,
    message text,
    state text not null check (state in ('pending', 'complete', 'error')),
    report_key text,
    report_version integer not null default 0,
    totals jsonb,
    next_session integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint commits_repository_sha unique (repository_id, sha)
  )`,
  "create index commits_repository_created on commits (repository_id, created_at desc, id desc)",
  "create index commits_repository_branch on commits (repository_id, branch, created_at desc, id desc)",

  `create table uploads (
    id bigint generated always as identity primary key,
    external_id uuid not null,
    commit_id bigint not null references commits on delete cascade,
    session integer not null,
    state text not null check (state in ('started', 'uploaded', 'processed', 'merged', 'error')),
    error text,
    name text,
    flags text[] not null default '{}',
    provider text,
    build text,
    build_url text,
    job text,
    env jsonb,
    client text,
    accepts_json boolean not null default false,
    upload_key text not null,
    session_key text,
    totals jsonb,
    account jsonb,
    attempts integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uploads_external_id unique (external_id),
    constraint uploads_commit_session unique (commit_id, session)
  )`,
  `create index uploads_unfinished on uploads (state, updated_at)
    where state in ('started', 'uploaded', 'processed')`,
];

export const uploadsAndReports: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
