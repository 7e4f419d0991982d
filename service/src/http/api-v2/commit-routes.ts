import { Readable } from "node:stream";
import { Type } from "@fastify/type-provider-typebox";
import { listCommits } from "../../database/commits.js";
import { countMergedUploads, listUploads } from "../../database/uploads.js";
import type { Service } from "../../service.js";
import type { Routes } from "../app.js";
import { commitAt, repositoryAt } from "../lookup.js";
import { PageQuery, pagedAnswer, pageOf } from "../pagination.js";
import { partOf, withReport } from "../reports.js";
import { RepositoryParams } from "../repository-params.js";
import { commitAnswer, summaryAnswer, totalsAnswer, uploadAnswer } from "./answers.js";
import { filesJson } from "./report-json.js";

const CommitParams = Type.Object({ ...RepositoryParams.properties, sha: Type.String() });
const ListQuery = Type.Object({ ...PageQuery.properties, branch: Type.Optional(Type.String()) });

export const commitRoutes =
  (service: Service): Routes =>
  async (app) => {
    app.get(
      "/api/v2/:service/:owner/repos/:repo/commits",
      { schema: { params: RepositoryParams, querystring: ListQuery } },
      async (request) => {
        const repository = await repositoryAt(service, request.params);
        const { branch } = request.query;
        const page = pageOf(request.query);
        const { count, commits } = await listCommits(service.db, repository.id, branch ? { branch } : {}, page);
        const sessions = await countMergedUploads(
          service.db,
          commits.map((commit) => commit.id),
        );
        const results = commits.map((commit) => commitAnswer(commit, sessions.get(commit.id) ?? 0));
        return pagedAnswer(new URL(request.url, service.settings.publicUrl), page, count, results);
      },
    );

    app.get(
      "/api/v2/:service/:owner/repos/:repo/commits/:sha",
      { schema: { params: CommitParams } },
      async (request, reply) => {
        const repository = await repositoryAt(service, request.params);
        const commit = await commitAt(service, repository, request.params.sha);
        request.about.sha = commit.sha;
        const sessions = (await countMergedUploads(service.db, [commit.id])).get(commit.id) ?? 0;
        const summary = commit.summary && summaryAnswer(commit.summary);
        const answer = { ...commitAnswer(commit, sessions), summary };
        const files = await withReport(service, commit, (report) => {
          const part = partOf(report, undefined);
          return filesJson({ totals: totalsAnswer(part.totals, sessions) }, report, part);
        });
        if (!files) return { ...answer, report: null };
        return reply.type("application/json").send(Readable.from(nested(answer, files)));
      },
    );

    app.get(
      "/api/v2/:service/:owner/repos/:repo/commits/:sha/uploads",
      { schema: { params: CommitParams, querystring: PageQuery } },
      async (request) => {
        const repository = await repositoryAt(service, request.params);
        const commit = await commitAt(service, repository, request.params.sha);
        const page = pageOf(request.query);
        const uploads = await listUploads(service.db, commit.id);
        const shown = uploads.slice((page.number - 1) * page.size, page.number * page.size);
        const results = shown.map((upload) => uploadAnswer(repository, upload, service.settings.publicUrl));
        return pagedAnswer(new URL(request.url, service.settings.publicUrl), page, uploads.length, results);
      },
    );
  };

/** The commit with its report as a last field. */
async function* nested(answer: object, report: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${JSON.stringify(answer).slice(0, -1)},"report":`;
  yield* report;
  yield "}";
}
