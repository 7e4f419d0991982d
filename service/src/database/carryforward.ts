import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Totals } from "../report/totals.js";
import type { CommitDiff } from "./diffs.js";
import type { Database } from "./schema.js";

/** A commit before its first merge, as far as carrying forward goes. */
export interface CommitToCarryTo {
  readonly id: number;
  readonly repositoryId: number;
  readonly diff: CommitDiff | null;
}

/** A commit whose report may be carried forward. */
export interface Ancestor {
  readonly id: number;
  readonly sha: string;
}

export interface SessionOfAncestor {
  readonly session: number;
  readonly name: string | null;
  readonly flags: readonly string[];
  readonly uploadKey: string;
  readonly bodyDeletedAt: Date | null;
  readonly sessionKey: string;
}

/** A session that a commit takes over. */
export interface CarriedSession {
  readonly name: string;
  readonly flags: readonly string[];
  /** Body of the upload that it goes back to. */
  readonly uploadKey: string;
  readonly bodyDeletedAt: Date | null;
  readonly sessionKey: string;
  readonly totals: Totals;
}

/** Null when it was settled before what the commit carries forward. */
export async function findCommitToCarryTo(db: Kysely<Database>, id: number): Promise<CommitToCarryTo | null> {
  const row = await db
    .selectFrom("commits")
    .select(["id", "repository_id", "diff_base", "diff_key"])
    .where("id", "=", id)
    .where("carry_decided", "=", false)
    .executeTakeFirst();
  if (!row) return null;
  const diff = row.diff_base !== null && row.diff_key !== null ? { base: row.diff_base, key: row.diff_key } : null;
  return { id: row.id, repositoryId: row.repository_id, diff };
}

/** The nearest ancestor with a complete report, at most so many parents back, along the parents that clients named. */
export async function nearestAncestor(
  db: Kysely<Database>,
  commitId: number,
  furthest: number,
): Promise<Ancestor | null> {
  const row = await db
    .withRecursive("ancestors", (step) =>
      step
        .selectFrom("commits")
        .select(["id", "repository_id", "sha", "parent_sha", "state", "report_key", sql<number>`0`.as("distance")])
        .where("id", "=", commitId)
        .unionAll(
          step
            .selectFrom("commits")
            .innerJoin("ancestors", (join) =>
              join
                .onRef("commits.repository_id", "=", "ancestors.repository_id")
                .onRef("commits.sha", "=", "ancestors.parent_sha"),
            )
            .select([
              "commits.id",
              "commits.repository_id",
              "commits.sha",
              "commits.parent_sha",
              "commits.state",
              "commits.report_key",
              sql<number>`ancestors.distance + 1`.as("distance"),
            ])
            .where("ancestors.distance", "<", furthest),
        ),
    )
    .selectFrom("ancestors")
    .select(["id", "sha"])
    .where("distance", ">", 0)
    .where("id", "!=", commitId)
    .where("state", "=", "complete")
    .where("report_key", "is not", null)
    .orderBy("distance")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The merged sessions of a commit, in their order. */
export async function sessionsOfAncestor(db: Kysely<Database>, commitId: number): Promise<SessionOfAncestor[]> {
  const rows = await db
    .selectFrom("uploads")
    .select(["session", "name", "flags", "upload_key", "body_deleted_at", "session_key"])
    .where("commit_id", "=", commitId)
    .where("state", "=", "merged")
    .orderBy("session")
    .execute();
  return rows.flatMap(({ session, name, flags, session_key: sessionKey, ...row }) =>
    sessionKey === null
      ? []
      : [{ session, name, flags, uploadKey: row.upload_key, bodyDeletedAt: row.body_deleted_at, sessionKey }],
  );
}

/**
 * The newest complete report that came before the commit's, of its branch or else of the default branch: what to go by
 * where no client named a parent.
 */
export async function latestBefore(db: Kysely<Database>, commitId: number): Promise<Ancestor | null> {
  const row = await db
    .selectFrom("commits as head")
    .innerJoin("repositories", "repositories.id", "head.repository_id")
    .innerJoin("commits", "commits.repository_id", "head.repository_id")
    .select(["commits.id", "commits.sha"])
    .where("head.id", "=", commitId)
    .where("head.parent_sha", "is", null)
    .whereRef("commits.id", "<", "head.id")
    .where("commits.state", "=", "complete")
    .where("commits.report_key", "is not", null)
    .where((eb) =>
      eb.or([
        eb("commits.branch", "=", eb.ref("head.branch")),
        eb("commits.branch", "=", eb.ref("repositories.default_branch")),
      ]),
    )
    .orderBy((eb) => eb("commits.branch", "is not distinct from", eb.ref("head.branch")), "desc")
    .orderBy("commits.id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Settles what a commit carries forward, as sessions before all of its own that wait to be merged. False when another
 * worker did so first: then nothing changes.
 */
export async function settleCarryforward(
  db: Kysely<Database>,
  commitId: number,
  from: string | null,
  sessions: readonly CarriedSession[],
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable("commits")
      .set({ carry_decided: true, carried_from: sessions.length > 0 ? from : null })
      .where("id", "=", commitId)
      .where("carry_decided", "=", false)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    if (sessions.length === 0) return true;
    await transaction
      .insertInto("uploads")
      .values(
        sessions.map((session, index) => ({
          external_id: randomUUID(),
          commit_id: commitId,
          session: index - sessions.length,
          state: "processed" as const,
          name: session.name,
          flags: [...session.flags],
          upload_key: session.uploadKey,
          body_deleted_at: session.bodyDeletedAt,
          session_key: session.sessionKey,
          totals: JSON.stringify(session.totals),
          carried_from: from,
        })),
      )
      .execute();
    return true;
  });
}
