import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { UploadAccount } from "../ingest/account.js";
import type { ReportSummary } from "../report/summary.js";
import type { Totals } from "../report/totals.js";

/** Long names, as in paths: `github_enterprise`. Short ones (`gh`, `ghe`) are translated at the edge. */
export type GitHostName =
  | "github"
  | "gitlab"
  | "bitbucket"
  | "github_enterprise"
  | "gitlab_enterprise"
  | "bitbucket_server";

/**
 * started: an upload URL was handed out. uploaded: the body is in storage. processed: its session report is in
 * storage. merged: it is part of the commit's report. error: `error` and `account` say why.
 */
export type UploadState = "started" | "uploaded" | "processed" | "merged" | "error";

export type UploadError =
  | "file_not_in_storage"
  | "report_empty"
  | "report_expired"
  | "unsupported_file_format"
  | "limit_exceeded"
  | "processing_failed";

export type AttachmentKind = "test_results" | "bundle_analysis";

type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>;

export interface Database {
  owners: {
    id: Generated<number>;
    service: GitHostName;
    /** May contain `/` on GitLab: groups. */
    username: string;
    created_at: Timestamp;
  };
  repositories: {
    id: Generated<number>;
    owner_id: number;
    name: string;
    default_branch: string;
    /** UUID. */
    upload_token: string;
    /** Opens badges of a private repository. */
    image_token: string;
    private: Generated<boolean>;
    /** Text of the `codecov.yml` of its default branch, for commits that sent none of their own. */
    yaml: string | null;
    created_at: Timestamp;
    /** When an upload was last accepted. */
    updated_at: Timestamp;
  };
  commits: {
    id: Generated<number>;
    repository_id: number;
    sha: string;
    branch: string | null;
    pull_id: number | null;
    parent_sha: string | null;
    /** Its branch, pull request and parent were said without a token, and nothing with one was of it yet. */
    without_token: Generated<boolean>;
    message: string | null;
    state: "pending" | "complete" | "error";
    /** Key of the merged report in the object store, null until a session was merged. */
    report_key: string | null;
    /** Compare-and-set guard of `report_key`: two workers that merge at once cannot both win. */
    report_version: Generated<number>;
    totals: JSONColumnType<Totals> | null;
    /** Text of its `codecov.yml`, which is valid; null: the repository's holds. */
    yaml: string | null;
    /** The commit that the diff in the object store, under `diff_key`, starts from. */
    diff_base: string | null;
    diff_key: string | null;
    /** Whether it was settled what the commit carries forward: once, before its first merge. */
    carry_decided: Generated<boolean>;
    /** The commit that sessions were carried forward from. */
    carried_from: string | null;
    /** Of the report with `report_version`, made when all uploads are merged. */
    summary: JSONColumnType<ReportSummary> | null;
    /** Number of the next session, 0 at first. */
    next_session: Generated<number>;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  uploads: {
    id: Generated<number>;
    /** UUID: in URLs and answers. */
    external_id: string;
    commit_id: number;
    /** Session number within the commit: uploads merge in this order. Below 0: carried forward. */
    session: number;
    /** The commit that the session was carried forward from; null: it was uploaded. */
    carried_from: string | null;
    state: UploadState;
    error: UploadError | null;
    name: string | null;
    flags: string[];
    provider: string | null;
    build: string | null;
    build_url: string | null;
    job: string | null;
    env: JSONColumnType<Record<string, string>> | null;
    /** The client: `node-v3.8.3`, `codecov-cli/11.3.1`. */
    client: string | null;
    /** True when the JSON endpoints made it: such a body may be the CLI's JSON. */
    accepts_json: Generated<boolean>;
    upload_key: string;
    /** Since when the body is not there any more: it was processed, and the yaml keeps none. */
    body_deleted_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    /** The upload that the body came for, where that was another commit's. */
    transplanted_from: number | null;
    /** When the body came for that one; null: at `created_at`. */
    received_at: ColumnType<Date | null, Date | undefined, never>;
    session_key: string | null;
    totals: JSONColumnType<Totals> | null;
    account: JSONColumnType<UploadAccount> | null;
    /** When a body was last about to come, to `upload_key`; null as long as none was. */
    announced_at: ColumnType<Date | null, never, Date>;
    /** How often processing began: kept here and not in the queue, so that neither a crash nor a lost queue resets it. */
    attempts: Generated<number>;
    created_at: Timestamp;
    /** When the state last changed: the sweeper looks for rows that stay behind. */
    updated_at: Timestamp;
  };
  /** What is kept with a commit beside its coverage, as it came. */
  attachments: {
    id: Generated<number>;
    /** UUID: in URLs and answers. */
    external_id: string;
    commit_id: number;
    kind: AttachmentKind;
    name: string | null;
    flags: string[];
    provider: string | null;
    build: string | null;
    build_url: string | null;
    job: string | null;
    env: JSONColumnType<Record<string, string>> | null;
    client: string | null;
    /** Where the body is, null until it came; and its size in bytes. */
    object_key: string | null;
    size: number | null;
    created_at: Timestamp;
    stored_at: ColumnType<Date | null, Date | undefined, Date>;
  };
  pulls: {
    repository_id: number;
    number: number;
    /** The commit to compare with, as a client chose it. */
    provided_base_sha: string | null;
    updated_at: Timestamp;
  };
}
