import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import type { ReportSummary } from "../report/summary.js";
import type { CommitDiff } from "./diffs.js";
import type { CommitOrigin } from "./jobs.js";
import type { Database } from "./schema.js";

/** A commit whose report is complete, and not summed up yet. */
export interface CommitToSummarize {
  readonly id: number;
  readonly origin: CommitOrigin;
  readonly reportKey: string;
  readonly reportVersion: number;
  readonly diff: (CommitDiff & { readonly baseReportKey: string | null; readonly baseVersion: number | null }) | null;
  /** Merged sessions in their order. */
  readonly sessions: readonly SessionToSummarize[];
}

export interface SessionToSummarize {
  readonly sessionKey: string;
  readonly flags: readonly string[];
  readonly carriedForward: boolean;
}

export async function findCommitToSummarize(db: Kysely<Database>, id: number): Promise<CommitToSummarize | null> {
  const row = await db
    .selectFrom("commits")
    .innerJoin("repositories", "repositories.id", "commits.repository_id")
    .innerJoin("owners", "owners.id", "repositories.owner_id")
    .leftJoin("commits as base", (join) =>
      join.onRef("base.repository_id", "=", "commits.repository_id").onRef("base.sha", "=", "commits.diff_base"),
    )
    .select([
      "commits.id",
      "commits.sha",
      "commits.report_key",
      "commits.report_version",
      "commits.diff_base",
      "commits.diff_key",
      "base.report_key as base_report_key",
      "base.report_version as base_version",
      "owners.service",
      "owners.username",
      "repositories.name",
    ])
    .where("commits.id", "=", id)
    .where("commits.state", "=", "complete")
    .where("commits.report_key", "is not", null)
    .where("commits.summary", "is", null)
    .executeTakeFirst();
  if (!row || row.report_key === null) return null;
  const uploads = await db
    .selectFrom("uploads")
    .select(["session", "session_key", "flags"])
    .where("commit_id", "=", id)
    .where("state", "=", "merged")
    .orderBy("session")
    .execute();
  const diff =
    row.diff_base !== null && row.diff_key !== null
      ? {
          base: row.diff_base,
          key: row.diff_key,
          baseReportKey: row.base_report_key,
          baseVersion: row.base_version,
        }
      : null;
  return {
    id: row.id,
    origin: { sha: row.sha, service: row.service, owner: row.username, repository: row.name },
    reportKey: row.report_key,
    reportVersion: row.report_version,
    diff,
    sessions: uploads.flatMap(({ session, session_key: sessionKey, flags }) =>
      sessionKey === null ? [] : [{ sessionKey, flags, carriedForward: session < 0 }],
    ),
  };
}

/**
 * Keeps a summary, unless what it is of was replaced meanwhile: the report, the diff, or the report that the diff starts
 * from.
 * @returns whether it was kept
 */
export async function storeSummary(
  db: Kysely<Database>,
  { id, diff }: CommitToSummarize,
  summary: ReportSummary,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("commits")
    .set({ summary: JSON.stringify(summary) })
    .where("id", "=", id)
    .where("report_version", "=", summary.reportVersion)
    .where("diff_key", "is not distinct from", diff?.key ?? null)
    .where((eb) => eb.or([eb.val(diff === null), eb(baseVersion(eb), "is not distinct from", summary.baseVersion)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function baseVersion(eb: ExpressionBuilder<Database, "commits">) {
  return eb
    .selectFrom("commits as base")
    .select("base.report_version")
    .whereRef("base.repository_id", "=", "commits.repository_id")
    .whereRef("base.sha", "=", "commits.diff_base");
}

/** Forgets what commits were told of this one's report, where it has changed since. @returns these commits */
export function forgetComparisons(
  db: Kysely<Database>,
  commitId: number,
): Promise<readonly { readonly id: number; readonly sha: string }[]> {
  return db
    .updateTable("commits")
    .from("commits as base")
    .set({ summary: null })
    .where("base.id", "=", commitId)
    .whereRef("commits.repository_id", "=", "base.repository_id")
    .whereRef("commits.diff_base", "=", "base.sha")
    .where(sql`(commits.summary ->> 'baseVersion')::integer`, "is distinct from", sql.ref("base.report_version"))
    .where("commits.summary", "is not", null)
    .returning(["commits.id", "commits.sha"])
    .execute();
}
