import { Readable } from "node:stream";
import { Type } from "@fastify/type-provider-typebox";
import { type Commit, latestReportedCommit } from "../../database/commits.js";
import type { Repository } from "../../database/repositories.js";
import { countMergedUploads } from "../../database/uploads.js";
import { fileTotals } from "../../report/totals.js";
import type { Service } from "../../service.js";
import { parseSha } from "../../uploads/parameters.js";
import { commitPath, filePath } from "../addresses.js";
import type { Routes } from "../app.js";
import { HttpError } from "../errors.js";
import { commitAt, repositoryAt, shown } from "../lookup.js";
import { partOf, type ReportPart, withReport } from "../reports.js";
import { RepositoryParams } from "../repository-params.js";
import { fileAnswer, lineCoverage, totalsAnswer } from "./answers.js";
import { filesJson } from "./report-json.js";

const Selector = Type.Object({ sha: Type.Optional(Type.String()), branch: Type.Optional(Type.String()) });
type Selector = Type.Static<typeof Selector>;
const PartSelector = Type.Object({ ...Selector.properties, path: Type.Optional(Type.String()) });
const FileParams = Type.Object({ ...RepositoryParams.properties, "*": Type.String() });

export const reportRoutes =
  (service: Service): Routes =>
  async (app) => {
    app.get(
      "/api/v2/:service/:owner/repos/:repo/totals",
      { schema: { params: RepositoryParams, querystring: PartSelector } },
      async (request) => {
        const repository = await repositoryAt(service, request.params);
        const commit = await selectedCommit(service, repository, request.query);
        const fields = await headOf(service, repository, commit);
        const part = await withReport(service, commit, (report) => partOf(report, request.query.path));
        return { ...fields(partWithFiles(part, commit, request.query.path)), files: part?.entries.map(fileAnswer) };
      },
    );

    app.get(
      "/api/v2/:service/:owner/repos/:repo/report",
      { schema: { params: RepositoryParams, querystring: PartSelector } },
      async (request, reply) => {
        const repository = await repositoryAt(service, request.params);
        const commit = await selectedCommit(service, repository, request.query);
        const fields = await headOf(service, repository, commit);
        const json = await withReport(service, commit, (report) => {
          const part = partWithFiles(partOf(report, request.query.path), commit, request.query.path);
          return filesJson(fields(part), report, part);
        });
        if (!json) throw noReport(commit);
        return reply.type("application/json").send(Readable.from(json));
      },
    );

    app.get(
      "/api/v2/:service/:owner/repos/:repo/file_report/*",
      { schema: { params: FileParams, querystring: Selector } },
      async (request) => {
        const repository = await repositoryAt(service, request.params);
        const commit = await selectedCommit(service, repository, request.query);
        const path = request.params["*"];
        const found = await withReport(service, commit, async (report) => ({ coverage: await report.file(path) }));
        if (!found) throw noReport(commit);
        const { coverage } = found;
        if (!coverage) throw notInReport(commit, `file ${shown(path)}`);
        return {
          name: path,
          totals: totalsAnswer(fileTotals(coverage), 0),
          line_coverage: lineCoverage(coverage),
          commit_sha: commit.sha,
          commit_file_url: service.settings.publicUrl + filePath(repository, commit.sha, path),
        };
      },
    );
  };

/** The commit of `sha`, or the newest with a report on `branch`, or on the default branch. @throws HttpError not_found */
async function selectedCommit(service: Service, repository: Repository, { sha, branch }: Selector): Promise<Commit> {
  if (sha) return commitAt(service, repository, parseSha("sha", sha));
  const commit = await latestReportedCommit(service.db, repository.id, branch || undefined);
  if (commit) return commit;
  const where = branch ? ` on branch ${shown(branch)}` : "";
  throw new HttpError("not_found", `No commit${where} has a coverage report.`);
}

/** What stands before the files. */
async function headOf(service: Service, repository: Repository, commit: Commit) {
  const sessions = (await countMergedUploads(service.db, [commit.id])).get(commit.id) ?? 0;
  const url = service.settings.publicUrl + commitPath(repository, commit.sha);
  return (part: ReportPart) => ({
    totals: totalsAnswer(part.totals, sessions),
    commit_file_url: url,
  });
}

function partWithFiles(part: ReportPart | null, commit: Commit, path: string | undefined): ReportPart {
  if (!part) throw noReport(commit);
  if (part.entries.length > 0) return part;
  throw notInReport(commit, path ? `file or folder ${shown(path)}` : "files");
}

function notInReport(commit: Commit, what: string): HttpError {
  return new HttpError("not_found", `The report of commit ${commit.sha} has no ${what}.`);
}

function noReport(commit: Commit): HttpError {
  return new HttpError("not_found", `Commit ${commit.sha} has no coverage report yet.`);
}
