import { Type } from "@fastify/type-provider-typebox";
import { listCommits, recentCoverage } from "../../database/commits.js";
import { listRepositories } from "../../database/repositories.js";
import { parseGitHostName } from "../../git-hosts/names.js";
import { repositoryOnHost } from "../../git-hosts/web-links.js";
import type { Service } from "../../service.js";
import { isLocalRequest } from "../access.js";
import type { Routes } from "../app.js";
import { repositoryAt } from "../lookup.js";
import { RepositoryParams } from "../repository-params.js";
import { PageNumber, Search, sendPage } from "./reply.js";
import { repositoryListPage } from "./repository-list-page.js";
import { repositoryPage } from "./repository-page.js";

const REPOSITORIES_PER_PAGE = 50;
const COMMITS_PER_PAGE = 30;
const REPORTS_IN_TREND = 20;
const REPORTS_IN_CHART = 60;

const ListQuery = Type.Object({ page: PageNumber, q: Search });
type ListQuery = Type.Static<typeof ListQuery>;
const OwnerParams = Type.Object({ service: Type.String(), owner: Type.String() });
const RepositoryQuery = Type.Object({ page: PageNumber, branch: Type.String({ default: "" }) });

export const repositoryRoutes =
  (service: Service): Routes =>
  async (app) => {
    const { db, settings } = service;

    app.get("/", { schema: { querystring: ListQuery } }, async (request, reply) =>
      sendPage(reply, await repositoryList(service, null, request.query, request.url)),
    );

    app.get("/:service/:owner", { schema: { params: OwnerParams, querystring: ListQuery } }, async (request, reply) => {
      const host = parseGitHostName(request.params.service);
      if (!host) return reply.callNotFound();
      const owner = { host, owner: request.params.owner.replaceAll(":", "/") };
      return sendPage(reply, await repositoryList(service, owner, request.query, request.url));
    });

    app.get(
      "/:service/:owner/:repo",
      { schema: { params: RepositoryParams, querystring: RepositoryQuery } },
      async (request, reply) => {
        const repository = await repositoryAt(service, request.params);
        const { branch } = request.query;
        const page = { number: request.query.page, size: COMMITS_PER_PAGE };
        const [{ count, commits }, history] = await Promise.all([
          listCommits(db, repository.id, branch === "" ? {} : { branch }, page),
          recentCoverage(db, [repository.id], REPORTS_IN_CHART),
        ]);
        return sendPage(
          reply,
          repositoryPage({
            repository,
            publicUrl: settings.publicUrl,
            showToken: isLocalRequest(request, settings),
            hostUrl: repositoryOnHost(repository, settings.gitHosts),
            branch,
            commits,
            count,
            page,
            history: history.get(repository.id) ?? [],
            address: new URL(request.url, settings.publicUrl),
          }),
        );
      },
    );
  };

async function repositoryList(
  { db, settings }: Service,
  owner: Parameters<typeof repositoryListPage>[0]["owner"],
  query: ListQuery,
  url: string,
) {
  const page = { number: query.page, size: REPOSITORIES_PER_PAGE };
  const { count, repositories } = await listRepositories(db, { ...owner, search: query.q }, page);
  const ids = repositories.map((repository) => repository.id);
  return repositoryListPage({
    owner,
    search: query.q,
    repositories,
    count,
    page,
    history: await recentCoverage(db, ids, REPORTS_IN_TREND),
    address: new URL(url, settings.publicUrl),
  });
}
