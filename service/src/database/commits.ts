import { type Kysely, type Selectable, sql } from "kysely";
import type { CommitDetails } from "../uploads/parameters.js";
import { type Page, paged } from "./page.js";
import type { Database } from "./schema.js";

export type Commit = Selectable<Database["commits"]>;

export type CoveragePoint = Pick<Commit, "id" | "repository_id" | "sha" | "branch" | "totals" | "created_at">;

/**
 * The commit of that SHA, made when there is none. What it already says of itself stays; only gaps are filled. But what
 * was said without a token of a fork's branch gives way to what comes with one, also where that says nothing: else a
 * stranger who comes first could keep a commit from its branch, and open to himself.
 */
export async function ensureCommit(
  db: Kysely<Database>,
  repositoryId: number,
  details: CommitDetails,
  { withToken }: { readonly withToken: boolean },
): Promise<Commit> {
  const known = await findCommit(db, repositoryId, details.sha);
  if (known && !fillsGap(known, details) && !(withToken && known.without_token)) return known;
  const replaces = sql<boolean>`${withToken} and commits.without_token and commits.branch like '%:%'`;
  const told = (column: "branch" | "pull_id" | "parent_sha") => {
    const [before, now] = [sql.ref(`commits.${column}`), sql.ref(`excluded.${column}`)];
    return sql<never>`case when ${replaces} then ${now} else coalesce(${before}, ${now}) end`;
  };
  return db
    .insertInto("commits")
    .values({
      repository_id: repositoryId,
      sha: details.sha,
      branch: details.branch,
      pull_id: details.pullId,
      parent_sha: details.parentSha,
      without_token: !withToken,
      state: "pending",
    })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "sha"]).doUpdateSet({
        branch: told("branch"),
        pull_id: told("pull_id"),
        parent_sha: told("parent_sha"),
        without_token: sql`commits.without_token and excluded.without_token`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

function fillsGap(known: Commit, details: CommitDetails): boolean {
  return (
    (known.branch === null && details.branch !== null) ||
    (known.pull_id === null && details.pullId !== null) ||
    (known.parent_sha === null && details.parentSha !== null)
  );
}

export async function findCommit(db: Kysely<Database>, repositoryId: number, sha: string): Promise<Commit | null> {
  const row = await db
    .selectFrom("commits")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("sha", "=", sha)
    .executeTakeFirst();
  return row ?? null;
}

/** The newest commit with a report: on that branch, or without one as `recentCoverage` chooses. */
export async function latestReportedCommit(
  db: Kysely<Database>,
  repositoryId: number,
  branch?: string,
): Promise<Commit | null> {
  let newest = db.selectFrom("commits").selectAll().where("repository_id", "=", repositoryId);
  if (branch !== undefined) {
    newest = newest.where("branch", "=", branch).where("report_key", "is not", null);
  } else {
    const [latest] = (await recentCoverage(db, [repositoryId], 1)).get(repositoryId) ?? [];
    if (!latest) return null;
    newest = newest.where("id", "=", latest.id);
  }
  const row = await newest.orderBy("created_at", "desc").orderBy("id", "desc").limit(1).executeTakeFirst();
  return row ?? null;
}

/** Newest first. */
export async function listCommits(
  db: Kysely<Database>,
  repositoryId: number,
  filter: { readonly branch?: string },
  page: Page,
): Promise<{ readonly count: number; readonly commits: readonly Commit[] }> {
  let matching = db.selectFrom("commits").where("repository_id", "=", repositoryId);
  if (filter.branch !== undefined) matching = matching.where("branch", "=", filter.branch);
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const ordered = matching.selectAll().orderBy("created_at", "desc").orderBy("id", "desc");
  return { count, commits: await paged(ordered, page).execute() };
}

/**
 * The last `perRepository` commits with a report of each repository, newest first: those of the default branch, or
 * where it has none (nobody told its name) those of any branch that are no pull request.
 */
export async function recentCoverage(
  db: Kysely<Database>,
  repositoryIds: readonly number[],
  perRepository: number,
): Promise<ReadonlyMap<number, readonly CoveragePoint[]>> {
  const byDefault = await recentReports(db, repositoryIds, perRepository, "default branch");
  const known = new Set(byDefault.map((point) => point.repository_id));
  const others = repositoryIds.filter((id) => !known.has(id));
  const byAny = await recentReports(db, others, perRepository, "any branch");
  const points = new Map<number, CoveragePoint[]>();
  for (const point of [...byDefault, ...byAny]) {
    const list = points.get(point.repository_id);
    if (list) list.push(point);
    else points.set(point.repository_id, [point]);
  }
  return points;
}

async function recentReports(
  db: Kysely<Database>,
  repositoryIds: readonly number[],
  perRepository: number,
  of: "default branch" | "any branch",
): Promise<CoveragePoint[]> {
  if (repositoryIds.length === 0) return [];
  return db
    .selectFrom("repositories")
    .innerJoinLateral(
      (eb) => {
        const reported = eb
          .selectFrom("commits")
          .select(["id", "repository_id", "sha", "branch", "totals", "created_at"])
          .whereRef("repository_id", "=", "repositories.id")
          .where("report_key", "is not", null)
          .orderBy("created_at", "desc")
          .orderBy("id", "desc")
          .limit(perRepository);
        return (
          of === "default branch"
            ? reported.whereRef("branch", "=", "repositories.default_branch")
            : reported.where("pull_id", "is", null)
        ).as("recent");
      },
      (join) => join.onTrue(),
    )
    .where("repositories.id", "in", repositoryIds)
    .select(["recent.id", "recent.repository_id", "recent.sha", "recent.branch", "recent.totals", "recent.created_at"])
    .orderBy("recent.created_at", "desc")
    .orderBy("recent.id", "desc")
    .execute();
}

/** An empty upload: the commit needs no report. Nothing changes when it has one. */
export async function completeWithoutReport(db: Kysely<Database>, commitId: number): Promise<void> {
  await db
    .updateTable("commits")
    .set({ state: "complete", updated_at: new Date() })
    .where("id", "=", commitId)
    .where("report_key", "is", null)
    .execute();
}
