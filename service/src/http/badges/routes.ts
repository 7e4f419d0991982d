import { timingSafeEqual } from "node:crypto";
import { Type } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import { latestReportedCommit } from "../../database/commits.js";
import type { Repository } from "../../database/repositories.js";
import type { Service } from "../../service.js";
import { invalidParameter } from "../../uploads/refusal.js";
import type { Routes } from "../app.js";
import { findRepositoryAt } from "../lookup.js";
import { RepositoryParams, type RepositoryPath } from "../repository-params.js";
import { badgeSvg, badgeText, type Precision } from "./badge.js";

const Query = Type.Object({
  token: Type.Optional(Type.String()),
  precision: Type.Optional(Type.String()),
  flag: Type.Optional(Type.String()),
  component: Type.Optional(Type.String()),
});
type Query = Type.Static<typeof Query>;

/** Branches may hold slashes, so what follows `branch/` is taken apart here. */
const BRANCH_BADGE = /^(.+)\/graphs?\/badge\.(svg|txt)$/;

export const badgeRoutes =
  (service: Service): Routes =>
  async (app) => {
    for (const folder of ["graph", "graphs"]) {
      for (const form of ["svg", "txt"] as const) {
        app.get(
          `/:service/:owner/:repo/${folder}/badge.${form}`,
          { schema: { params: RepositoryParams, querystring: Query }, config: { errors: "plain" } },
          async (request, reply) => {
            const coverage = await coverageOf(service, request.params, request.query);
            return sendBadge(reply, form, coverage, precisionOf(request.query));
          },
        );
      }
    }

    app.get(
      "/:service/:owner/:repo/branch/*",
      {
        schema: {
          params: Type.Object({ ...RepositoryParams.properties, "*": Type.String() }),
          querystring: Query,
        },
        config: { errors: "plain" },
      },
      async (request, reply) => {
        const [, branch, form] = BRANCH_BADGE.exec(request.params["*"]) ?? [];
        if (branch === undefined) return reply.callNotFound();
        const coverage = await coverageOf(service, request.params, request.query, branch);
        return sendBadge(reply, form === "svg" ? "svg" : "txt", coverage, precisionOf(request.query));
      },
    );
  };

/** Null for whatever has no coverage to show: pages that embed a badge must not break on it. */
async function coverageOf(
  service: Service,
  path: RepositoryPath,
  query: Query,
  branch?: string,
): Promise<string | null> {
  const repository = await findRepositoryAt(service, path);
  if (!repository || !maySee(repository, query.token ?? "")) return null;
  const commit = await latestReportedCommit(service.db, repository.id, branch);
  const { flag, component } = query;
  if (!flag && !component) return commit?.totals?.coverage ?? null;
  // The whole repository's would be a wrong answer for a part that is not known.
  const part = flag
    ? commit?.summary?.flags.find(({ name }) => name === flag)
    : commit?.summary?.components.find(({ id }) => id === component);
  return part?.totals.coverage ?? null;
}

function maySee(repository: Repository, token: string): boolean {
  if (!repository.private) return true;
  const [given, expected] = [Buffer.from(token), Buffer.from(repository.image_token)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** @throws UploadRefused */
function precisionOf({ precision }: Query): Precision {
  const given = precision || "0";
  if (!/^[012]$/.test(given)) throw invalidParameter("precision", given, "0, 1 or 2");
  return Number(given) as Precision;
}

function sendBadge(
  reply: FastifyReply,
  form: "svg" | "txt",
  coverage: string | null,
  precision: Precision,
): FastifyReply {
  reply
    .header("cache-control", "no-cache, max-age=0")
    // A badge is made to be shown on the pages of others.
    .header("cross-origin-resource-policy", "cross-origin");
  if (form === "txt") return reply.type("text/plain").send(badgeText(coverage, precision));
  return reply.type("image/svg+xml").send(badgeSvg(coverage, precision));
}
