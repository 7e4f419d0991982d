import { Type } from "@fastify/type-provider-typebox";
import { listUploads } from "../../database/uploads.js";
import { commitOnHost } from "../../git-hosts/web-links.js";
import type { Service } from "../../service.js";
import type { Routes } from "../app.js";
import { HttpError } from "../errors.js";
import { commitAt, repositoryAt } from "../lookup.js";
import { withReport } from "../reports.js";
import { RepositoryParams } from "../repository-params.js";
import { commitPage } from "./commit-page.js";
import { FILE_ORDERS } from "./file-list.js";
import { filePage } from "./file-page.js";
import { PageNumber, Search, sendPage } from "./reply.js";

const FILES_PER_PAGE = 200;
const LINES_PER_PAGE = 5000;

const CommitParams = Type.Object({ ...RepositoryParams.properties, sha: Type.String() });
const CommitQuery = Type.Object({
  page: PageNumber,
  q: Search,
  sort: Type.Union(
    FILE_ORDERS.map((order) => Type.Literal(order)),
    { default: "path" },
  ),
});
const FileParams = Type.Object({ ...CommitParams.properties, "*": Type.String() });
const FileQuery = Type.Object({ page: PageNumber });

export const commitRoutes =
  (service: Service): Routes =>
  async (app) => {
    const { db, settings } = service;

    app.get(
      "/:service/:owner/:repo/commit/:sha",
      { schema: { params: CommitParams, querystring: CommitQuery } },
      async (request, reply) => {
        const repository = await repositoryAt(service, request.params);
        const commit = await commitAt(service, repository, request.params.sha);
        request.about.sha = commit.sha;
        const { q: search, sort: order } = request.query;
        const [uploads, files] = await Promise.all([
          listUploads(db, commit.id),
          withReport(service, commit, (report) => report.files),
        ]);
        const page = { number: request.query.page, size: FILES_PER_PAGE };
        const address = new URL(request.url, settings.publicUrl);
        return sendPage(
          reply,
          commitPage({
            repository,
            commit,
            uploads,
            hostUrl: commitOnHost(repository, commit.sha, settings.gitHosts),
            files: files && { repository, sha: commit.sha, files, search, order, page, address },
          }),
        );
      },
    );

    app.get(
      "/:service/:owner/:repo/commit/:sha/blob/*",
      { schema: { params: FileParams, querystring: FileQuery } },
      async (request, reply) => {
        const repository = await repositoryAt(service, request.params);
        const commit = await commitAt(service, repository, request.params.sha);
        request.about.sha = commit.sha;
        const path = request.params["*"];
        const coverage = await withReport(service, commit, (report) => report.file(path));
        if (!coverage) throw new HttpError("not_found", `The report of commit ${commit.sha} has no file ${path}.`);
        const page = { number: request.query.page, size: LINES_PER_PAGE };
        const address = new URL(request.url, settings.publicUrl);
        return sendPage(reply, filePage({ repository, sha: commit.sha, path, coverage, page, address }));
      },
    );
  };
