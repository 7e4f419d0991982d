import { Type } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { type Commit, ensureCommit } from "../../database/commits.js";
import type { Repository } from "../../database/repositories.js";
import { parseGitHostName } from "../../git-hosts/names.js";
import type { Service } from "../../service.js";
import { attachmentUrl, startAttachment } from "../../uploads/accept.js";
import { authorizeUpload } from "../../uploads/authorize.js";
import { parseCommitBody, parseUploadBody, type UploadDetails } from "../../uploads/parameters.js";
import { commitPath } from "../addresses.js";
import type { Routes } from "../app.js";
import { readBodiesAsJson } from "../bodies.js";
import { claimOf, tokenOf } from "./request.js";

const Text = Type.Optional(Type.String());

/** The names under which the clients of both endpoints send the same things. */
const Body = Type.Object({
  slug: Text,
  service: Text,
  git_service: Text,
  commit: Text,
  branch: Text,
  pr: Text,
  pullid: Text,
  parent_commit_id: Text,
  name: Text,
  flags: Type.Optional(Type.Array(Type.String())),
  ci_service: Text,
  ci_url: Text,
  buildUrl: Text,
  buildURL: Text,
  build_code: Text,
  build: Text,
  job_code: Text,
  job: Text,
  env: Type.Optional(Type.Unknown()),
  version: Text,
  file_not_found: Type.Optional(Type.Unknown()),
});
type Body = Type.Static<typeof Body>;

/** What is kept with a commit beside its coverage: test results of codecov-cli, and bundle statistics of bundler plugins. */
export const attachmentRoutes =
  (service: Service): Routes =>
  async (app) => {
    readBodiesAsJson(app);

    app.post(
      "/upload/test_results/v1",
      { schema: { body: Body }, config: { endpoint: "test_results" } },
      async (request, reply) => {
        const host = request.body.git_service || request.body.service;
        const { repository, commit, details } = await admit(service, request, host);
        const url = service.settings.publicUrl + commitPath(repository, commit.sha);
        // A run without result files announces itself, and sends no body.
        if (request.body.file_not_found === true) return reply.code(201).send({ raw_upload_location: null, url });
        const attachment = await startAttachment(service, commit, "test_results", details);
        request.about.upload = attachment.external_id;
        return reply.code(201).send({
          external_id: attachment.external_id,
          created_at: attachment.created_at.toISOString(),
          raw_upload_location: attachmentUrl(service.settings, attachment),
          url,
        });
      },
    );

    app.post(
      "/upload/bundle_analysis/v1",
      { schema: { body: Body }, config: { endpoint: "bundle_analysis" } },
      async (request, reply) => {
        // Bundler plugins name their CI as `service`.
        const { commit, details } = await admit(service, request, request.body.git_service);
        const attachment = await startAttachment(service, commit, "bundle_analysis", details);
        request.about.upload = attachment.external_id;
        return reply.code(201).send({ url: attachmentUrl(service.settings, attachment) });
      },
    );
  };

interface Admitted {
  readonly repository: Repository;
  readonly commit: Commit;
  readonly details: UploadDetails;
}

/** @param host the git host that the body names */
async function admit(service: Service, request: FastifyRequest, host: string | undefined): Promise<Admitted> {
  const body = request.body as Body;
  const names = { sha: "commit", pull: "pr" };
  const commit = parseCommitBody(body.commit, { ...body, pullid: body.pr || body.pullid || "" }, names);
  const details = parseUploadBody({
    name: body.name ?? "",
    flags: body.flags ?? [],
    ci_service: body.ci_service || body.service || "",
    ci_url: body.ci_url || body.buildUrl || body.buildURL || "",
    build_code: body.build_code || body.build || "",
    job_code: body.job_code || body.job || "",
    env: body.env,
    version: body.version ?? "",
  });
  request.about.sha = commit.sha;
  const claim = body.slug
    ? claimOf(request, { host: parseGitHostName(host ?? ""), slug: body.slug }, commit)
    : { token: tokenOf(request), slug: null, host: null, named: false, commit };
  const admission = await authorizeUpload(service, claim, commit.branch);
  const { repository } = admission;
  request.about.repository = `${repository.owner}/${repository.name}`;
  return { repository, commit: await ensureCommit(service.db, repository.id, commit, admission), details };
}
