import { Type } from "@fastify/type-provider-typebox";
import { recentCoverage } from "../../database/commits.js";
import { listRepositories, type Repository } from "../../database/repositories.js";
import { countMergedUploads } from "../../database/uploads.js";
import type { Service } from "../../service.js";
import type { Routes } from "../app.js";
import { gitHostAt, repositoryAt } from "../lookup.js";
import { PageQuery, pagedAnswer, pageOf } from "../pagination.js";
import { RepositoryParams } from "../repository-params.js";
import { repositoryAnswer, totalsAnswer } from "./answers.js";

const OwnerParams = Type.Object({ service: Type.String(), owner: Type.String() });
const ListQuery = Type.Object({ ...PageQuery.properties, search: Type.Optional(Type.String({ maxLength: 200 })) });

export const repositoryRoutes =
  (service: Service): Routes =>
  async (app) => {
    app.get(
      "/api/v2/:service/:owner/repos",
      { schema: { params: OwnerParams, querystring: ListQuery } },
      async (request) => {
        const host = gitHostAt(request.params.service);
        const owner = request.params.owner.replaceAll(":", "/");
        const filter = { host, owner, ...(request.query.search && { search: request.query.search }) };
        const page = pageOf(request.query);
        const { count, repositories } = await listRepositories(service.db, filter, page);
        const results = await withTotals(service, repositories);
        return pagedAnswer(new URL(request.url, service.settings.publicUrl), page, count, results);
      },
    );

    app.get("/api/v2/:service/:owner/repos/:repo", { schema: { params: RepositoryParams } }, async (request) => {
      const [answer] = await withTotals(service, [await repositoryAt(service, request.params)]);
      return answer;
    });
  };

async function withTotals(service: Service, repositories: readonly Repository[]) {
  const ids = repositories.map((repository) => repository.id);
  const latest = await recentCoverage(service.db, ids, 1);
  const commits = ids.map((id) => latest.get(id)?.[0]);
  const sessions = await countMergedUploads(
    service.db,
    commits.flatMap((commit) => commit?.id ?? []),
  );
  return repositories.map((repository, index) => {
    const commit = commits[index];
    const totals = commit?.totals && totalsAnswer(commit.totals, sessions.get(commit.id) ?? 0);
    return repositoryAnswer(repository, totals ?? null);
  });
}
