import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { carryReport } from "../comparison/carry-report.js";
import type { DiffFile } from "../comparison/diff.js";
import {
  type Ancestor,
  type CarriedSession,
  type CommitToCarryTo,
  findCommitToCarryTo,
  latestBefore,
  nearestAncestor,
  type SessionOfAncestor,
  sessionsOfAncestor,
  settleCarryforward,
} from "../database/carryforward.js";
import { type WrittenReport, writeStoredReport } from "../report/stored-report-writer.js";
import { carriesForward, carryForward, FURTHEST_ANCESTOR } from "../repository-yaml/carryforward.js";
import type { PathFilter } from "../repository-yaml/patterns/path-filter.js";
import type { RepositoryYamlFile } from "../repository-yaml/schema/repository-yaml-file.js";
import type { Service } from "../service.js";
import type { ObjectStore } from "../storage/object-store.js";
import { openDiff } from "./commit-diff.js";
import { fetchReports, UnreadableReportError } from "./report-files.js";
import { withTemporaryFolder } from "./temporary-folder.js";

/**
 * Settles, once for each commit, which sessions of its nearest ancestor it carries forward. Runs before the commit's
 * first merge; what a later upload brings anew takes the place of what was carried (see `replacedBy`).
 */
export async function settleCarried(service: Service, commitId: number, yaml: RepositoryYamlFile): Promise<void> {
  const { db, objects } = service;
  const commit = await findCommitToCarryTo(db, commitId);
  if (!commit) return;
  const ancestor = carriesForward(yaml)
    ? ((await nearestAncestor(db, commitId, FURTHEST_ANCESTOR)) ?? (await latestBefore(db, commitId)))
    : null;
  const sessions = ancestor === null ? [] : await carrySessions(service, commit, ancestor, yaml);
  if (await settleCarryforward(db, commitId, ancestor?.sha ?? null, sessions)) {
    if (sessions.length > 0) {
      service.log.info(
        { stage: "carry forward", commit: commitId, from: ancestor?.sha, sessions: sessions.length },
        "sessions carried forward",
      );
    }
    return;
  }
  for (const { sessionKey } of sessions) await objects.delete(sessionKey);
}

async function carrySessions(
  service: Service,
  commit: CommitToCarryTo,
  ancestor: Ancestor,
  yaml: RepositoryYamlFile,
): Promise<readonly CarriedSession[]> {
  const { db, objects, settings } = service;
  const known = await sessionsOfAncestor(db, ancestor.id);
  const { sessions, paths } = carryForward(
    yaml,
    known.map((session) => ({ ...session, carriedForward: session.session < 0 })),
  );
  if (sessions.length === 0) return [];
  const diff = (commit.diff?.base === ancestor.sha && (await openDiff(objects, commit.diff))) || NO_DIFF;
  return withTemporaryFolder(settings.dataDir, async (folder) => {
    const carried: CarriedSession[] = [];
    try {
      for (const { from, name, flags } of sessions) {
        const source = known.find(({ session }) => session === from);
        if (source === undefined) continue;
        const report = await writeCarried(objects, source, paths, diff, folder).catch(skipUnreadable);
        if (report === null || report.totals.files === 0) continue;
        const sessionKey = `commits/${commit.id}/sessions/carried-${randomUUID()}`;
        await objects.put(sessionKey, createReadStream(report.file));
        const { uploadKey, bodyDeletedAt } = source;
        carried.push({ name, flags, uploadKey, bodyDeletedAt, sessionKey, totals: report.totals });
      }
      return carried;
    } catch (error) {
      await Promise.allSettled(carried.map(({ sessionKey }) => objects.delete(sessionKey)));
      throw error;
    }
  });
}

/** Writes what is carried of a session to a file in the folder. @throws UnreadableReportError */
async function writeCarried(
  objects: ObjectStore,
  { sessionKey }: SessionOfAncestor,
  paths: PathFilter,
  diff: readonly DiffFile[],
  folder: string,
): Promise<WrittenReport> {
  const reports = await fetchReports(objects, [sessionKey], folder);
  try {
    return await writeStoredReport(join(folder, randomUUID()), (writer) =>
      carryReport(reports.opened[0], paths, diff, writer),
    );
  } finally {
    await reports.close();
  }
}

const NO_DIFF: readonly DiffFile[] = [];

/** What an ancestor has lost cannot be carried any further. */
function skipUnreadable(error: unknown): null {
  if (error instanceof UnreadableReportError) return null;
  throw error;
}
