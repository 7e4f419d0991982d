import { Type } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { completeWithoutReport, ensureCommit, findCommit, listCommits } from "../../database/commits.js";
import type { Repository } from "../../database/repositories.js";
import { statesOfUploads, type Upload } from "../../database/uploads.js";
import type { Service } from "../../service.js";
import { startUpload, uploadUrl } from "../../uploads/accept.js";
import { authorizeQuestion, authorizeUpload } from "../../uploads/authorize.js";
import { judgeEmptyUpload } from "../../uploads/empty-upload.js";
import { parseCommitBody, parseSha, parseUploadBody } from "../../uploads/parameters.js";
import { invalidParameter } from "../../uploads/refusal.js";
import { commitPath } from "../addresses.js";
import type { Routes } from "../app.js";
import { readBodiesAsJson } from "../bodies.js";
import { notFound } from "../errors.js";
import { PageQuery, pagedAnswer, pageOf } from "../pagination.js";
import { commitAnswer, reportAnswer, uploadAnswer, uploadCounts } from "./answers.js";
import { namedClaim } from "./request.js";

/** Clients send null, "" or a number where a text is expected: coercion makes a text of each. */
const Text = Type.Optional(Type.String());

const CommitFields = { commitid: Text, branch: Text, pullid: Text, parent_commit_id: Text };
const UploadFields = {
  name: Text,
  flags: Type.Optional(Type.Array(Type.String())),
  ci_service: Text,
  ci_url: Text,
  build_code: Text,
  job_code: Text,
  env: Type.Optional(Type.Unknown()),
  version: Text,
};
const CommitBody = Type.Object(CommitFields);
const ReportBody = Type.Object({ code: Text });
const UploadBody = Type.Object(UploadFields);
const CombinedBody = Type.Object({ ...CommitFields, ...UploadFields, code: Text });
const EmptyUploadBody = Type.Object({ should_force: Type.Optional(Type.Unknown()) });

const RepositoryParams = Type.Object({ service: Type.String(), slug: Type.String() });
const CommitParams = Type.Object({ service: Type.String(), slug: Type.String(), sha: Type.String() });
const ReportParams = Type.Object({ ...CommitParams.properties, code: Type.String() });

/** The endpoints of codecov-cli and the GitHub Action: commit, report, upload, one by one or combined. */
export const jsonUploadRoutes =
  (service: Service): Routes =>
  async (app) => {
    readBodiesAsJson(app);

    app.post(
      "/upload/:service/:slug/upload-coverage",
      { schema: { params: RepositoryParams, body: CombinedBody }, config: { endpoint: "upload-coverage" } },
      async (request, reply) => {
        requireDefaultReport(request.body.code);
        const commit = parseCommitBody(request.body.commitid, request.body);
        const admission = await authorizeUpload(service, namedClaim(request, request.params, commit), commit.branch);
        const upload = await startUpload(service, admission, commit, parseUploadBody(request.body), true);
        return reply.code(201).send(startedAnswer(service, request, admission.repository, upload, commit.sha));
      },
    );

    app.post(
      "/upload/:service/:slug/commits",
      { schema: { params: RepositoryParams, body: CommitBody }, config: { endpoint: "commits" } },
      async (request, reply) => {
        const details = parseCommitBody(request.body.commitid, request.body);
        const admission = await authorizeUpload(service, namedClaim(request, request.params, details), details.branch);
        const { repository } = admission;
        const commit = await ensureCommit(service.db, repository.id, details, admission);
        return reply.code(201).send(commitAnswer(repository, commit));
      },
    );

    app.get(
      "/upload/:service/:slug/commits",
      { schema: { params: RepositoryParams, querystring: PageQuery } },
      async (request) => {
        const repository = await authorizeQuestion(service, namedClaim(request, request.params));
        if (!repository) throw notFound();
        const page = pageOf(request.query);
        const { count, commits } = await listCommits(service.db, repository.id, {}, page);
        const results = commits.map((commit) => commitAnswer(repository, commit));
        return pagedAnswer(new URL(request.url, service.settings.publicUrl), page, count, results);
      },
    );

    app.post(
      "/upload/:service/:slug/commits/:sha/reports",
      { schema: { params: CommitParams, body: ReportBody }, config: { endpoint: "reports" } },
      async (request, reply) => {
        requireDefaultReport(request.body.code);
        const details = parseCommitBody(request.params.sha, {});
        const admission = await authorizeUpload(service, namedClaim(request, request.params, details), null);
        const commit = await ensureCommit(service.db, admission.repository.id, details, admission);
        return reply.code(201).send(reportAnswer(commit));
      },
    );

    app.post(
      "/upload/:service/:slug/commits/:sha/reports/:code/uploads",
      { schema: { params: ReportParams, body: UploadBody }, config: { endpoint: "uploads" } },
      async (request, reply) => {
        requireDefaultReport(request.params.code);
        const { sha } = request.params;
        const details = parseUploadBody(request.body);
        const commit = parseCommitBody(sha, {});
        const admission = await authorizeUpload(service, namedClaim(request, request.params, commit), null);
        const upload = await startUpload(service, admission, commit, details, true);
        return reply.code(201).send(startedAnswer(service, request, admission.repository, upload, commit.sha));
      },
    );

    app.route({
      method: ["GET", "POST"],
      url: "/upload/:service/:slug/commits/:sha/reports/:code/results",
      schema: { params: ReportParams },
      handler: async () => ({
        state: "completed",
        result: { state: "deprecated", message: "Results of a report are on the commit's page." },
      }),
    });

    app.post(
      "/upload/:service/:slug/commits/:sha/upload-complete",
      { schema: { params: CommitParams } },
      async (request, reply) => {
        const sha = parseSha("commitid", request.params.sha);
        request.about.sha = sha;
        const repository = await authorizeQuestion(service, namedClaim(request, request.params));
        const commit = repository && (await findCommit(service.db, repository.id, sha));
        const states = commit ? await statesOfUploads(service.db, commit.id) : [];
        return reply.code(states.length > 0 ? 200 : 404).send(uploadCounts(states));
      },
    );

    app.post(
      "/upload/:service/:slug/commits/:sha/empty-upload",
      { schema: { params: CommitParams, body: EmptyUploadBody }, config: { endpoint: "empty-upload" } },
      async (request) => {
        const details = parseCommitBody(request.params.sha, {});
        request.about.sha = details.sha;
        const admission = await authorizeUpload(service, namedClaim(request, request.params), null);
        const { repository } = admission;
        const commit = await ensureCommit(service.db, repository.id, details, admission);
        await completeWithoutReport(service.db, commit.id);
        const { should_force: force } = request.body;
        return judgeEmptyUpload(service, repository, commit, force === true || force === "true");
      },
    );
  };

function startedAnswer(service: Service, request: FastifyRequest, repository: Repository, upload: Upload, sha: string) {
  request.about.upload = upload.external_id;
  return uploadAnswer(upload, {
    page: service.settings.publicUrl + commitPath(repository, sha),
    put: uploadUrl(service.settings, upload),
  });
}

function requireDefaultReport(code: string | undefined): void {
  if (code && code !== "default") throw invalidParameter("code", code, '"default": a commit has one report');
}
