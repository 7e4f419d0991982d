import { Type } from "@fastify/type-provider-typebox";
import { setProvidedBase } from "../../database/pulls.js";
import type { Service } from "../../service.js";
import { authorizeQuestion } from "../../uploads/authorize.js";
import { parseSha } from "../../uploads/parameters.js";
import { invalidParameter } from "../../uploads/refusal.js";
import type { Routes } from "../app.js";
import { readBodiesAsFields } from "../bodies.js";
import { notFound } from "../errors.js";
import { RepositoryParams } from "../repository-params.js";
import { namedClaim } from "./request.js";

const PullParams = Type.Object({ ...RepositoryParams.properties, pull: Type.String() });
const PullBody = Type.Object({ user_provided_base_sha: Type.Optional(Type.String()) });

/** `codecovcli pr-base-picking`: the commit to compare a pull request with. */
export const pullRoutes =
  (service: Service): Routes =>
  async (app) => {
    readBodiesAsFields(app);

    app.put(
      "/api/v1/:service/:owner/:repo/pulls/:pull",
      { schema: { params: PullParams, body: PullBody }, config: { endpoint: "pulls" } },
      async (request) => {
        const { service: host, owner, repo, pull } = request.params;
        if (!/^[1-9]\d{0,8}$/.test(pull)) throw invalidParameter("pull", pull, "the number of a pull request");
        const sha = parseSha("user_provided_base_sha", request.body.user_provided_base_sha || null);
        request.about.sha = sha;
        const claim = namedClaim(request, { service: host, slug: `${owner}::::${repo}` });
        const repository = await authorizeQuestion(service, claim);
        if (!repository) throw notFound();
        await setProvidedBase(service.db, repository.id, Number(pull), sha);
        return { pullid: Number(pull), user_provided_base_sha: sha };
      },
    );
  };
