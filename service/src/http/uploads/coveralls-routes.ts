import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Service } from "../../service.js";
import { startUpload } from "../../uploads/accept.js";
import { authorizeQuestion, authorizeUpload } from "../../uploads/authorize.js";
import { fieldOf } from "../../uploads/body-form.js";
import { coverallsClaim, readCoverallsJob } from "../../uploads/coveralls.js";
import { orDiscard, storeBody, takeBody } from "../../uploads/receive.js";
import { commitPath } from "../addresses.js";
import type { Routes } from "../app.js";
import { incomingBody, readBodiesAsFields, readBodiesAsStreams } from "../bodies.js";
import { tokenOf } from "./request.js";

const FIELDS = ["json_file", "json"];

/** The two endpoints of Coveralls' reporters: a job with its coverage, and word that a build's last job was sent. */
export const coverallsRoutes =
  (service: Service): Routes =>
  async (app) => {
    await app.register(jobRoutes(service));
    await app.register(webhookRoutes(service));
  };

const jobRoutes = (service: Service) => async (app: FastifyInstance) => {
  readBodiesAsStreams(app);
  app.post("/api/v1/jobs", { config: { errors: "coveralls", endpoint: "coveralls" } }, async (request) => {
    // The token is in the body, and may be its last word: so it is stored before it is known whose it is.
    const body = await storeBody(service, incomingBody(request), { content: (chunks) => fieldOf(chunks, FIELDS) });
    const { repository, upload } = await orDiscard(service, body, () => startJob(service, request, body.key));
    await takeBody(service, upload, body, "coveralls");
    return {
      message: `Job #${upload.build ?? upload.sha.slice(0, 7)}.${upload.session + 1}`,
      url: service.settings.publicUrl + commitPath(repository, upload.sha),
    };
  });
};

async function startJob(service: Service, request: FastifyRequest, key: string) {
  const job = await readCoverallsJob(service, key, { token: tokenOf(request), client: clientOf(request) });
  request.about.sha = job.commit.sha;
  const admission = await authorizeUpload(service, job.claim, job.commit.branch);
  const { repository } = admission;
  const upload = await startUpload(service, admission, job.commit, job.upload, false);
  request.about.repository = `${repository.owner}/${repository.name}`;
  request.about.upload = upload.external_id;
  return { repository, upload };
}

function clientOf({ headers }: FastifyRequest): string | null {
  const reporter = headers["x-coveralls-reporter"];
  const version = headers["x-coveralls-reporter-version"];
  return reporter ? `${reporter}/${version ?? ""}`.slice(0, 100) : null;
}

/** Reports are merged as they come, so that the end of a build is only acknowledged. */
const webhookRoutes = (service: Service) => async (app: FastifyInstance) => {
  readBodiesAsFields(app);
  app.post("/webhook", { config: { errors: "coveralls", endpoint: "coveralls" } }, async (request) => {
    const fields = request.body as Readonly<Record<string, unknown>>;
    const query = request.query as Readonly<Record<string, unknown>>;
    const field = (name: string) =>
      [fields[name], query[name]].find((value): value is string => typeof value === "string" && value !== "") ?? "";
    const token = field("repo_token") || tokenOf(request);
    await authorizeQuestion(service, coverallsClaim(token, field("repo_name"), field("service_name")));
    return { done: true };
  });
};
