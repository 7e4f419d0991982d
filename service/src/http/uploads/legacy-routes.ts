import { Type } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import type { UploadOfCommit } from "../../database/uploads.js";
import { parseGitHostName } from "../../git-hosts/names.js";
import type { Service } from "../../service.js";
import { startUpload, uploadUrl } from "../../uploads/accept.js";
import { type Admission, authorizeUpload } from "../../uploads/authorize.js";
import { type CommitDetails, parseQuery, type Query, type UploadDetails } from "../../uploads/parameters.js";
import { orDiscard, storeBody, takeBody } from "../../uploads/receive.js";
import { commitPath } from "../addresses.js";
import type { Routes } from "../app.js";
import { incomingBody, readBodiesAsStreams } from "../bodies.js";
import { tokenOf } from "./request.js";

const Parameters = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));

/** `POST /upload/v4` hands out an upload URL, `POST /upload/v2` takes the report itself. */
export const legacyUploadRoutes =
  (service: Service): Routes =>
  async (app) => {
    readBodiesAsStreams(app);
    const schema = { querystring: Parameters };

    app.post("/upload/v4", { schema, config: { errors: "line", endpoint: "v4" } }, async (request, reply) => {
      const asked = await admit(service, request, request.query);
      const upload = await start(service, request, asked);
      // No newline at the end: clients split the text on newlines and want exactly two parts.
      return reply
        .type("text/plain")
        .send(`${page(service, asked.admission, upload)}\n${uploadUrl(service.settings, upload)}`);
    });

    app.post("/upload/v2", { schema, config: { errors: "text", endpoint: "v2" } }, async (request, reply) => {
      const asked = await admit(service, request, request.query);
      const body = await storeBody(service, incomingBody(request));
      const upload = await orDiscard(service, body, () => start(service, request, asked));
      await takeBody(service, upload, body, "v2");
      return reply.type("application/json").send(
        spacedJson({
          message: "The coverage report is stored and will be processed",
          uploaded: true,
          queued: true,
          id: upload.external_id,
          url: page(service, asked.admission, upload),
        }),
      );
    });
  };

interface Asked {
  readonly admission: Admission;
  readonly commit: CommitDetails;
  readonly upload: UploadDetails;
}

async function admit(service: Service, request: FastifyRequest, query: Query): Promise<Asked> {
  const { slug, commit, upload } = parseQuery(query);
  request.about.sha = commit.sha;
  const host = upload.provider === null ? null : parseGitHostName(upload.provider);
  const claim = { token: tokenOf(request), slug, host, named: false, commit };
  const admission = await authorizeUpload(service, claim, commit.branch);
  const { repository } = admission;
  request.about.repository = `${repository.owner}/${repository.name}`;
  return { admission, commit, upload };
}

async function start(service: Service, request: FastifyRequest, asked: Asked): Promise<UploadOfCommit> {
  const upload = await startUpload(service, asked.admission, asked.commit, asked.upload, false);
  request.about.upload = upload.external_id;
  return upload;
}

function page(service: Service, { repository }: Admission, upload: UploadOfCommit): string {
  return service.settings.publicUrl + commitPath(repository, upload.sha);
}

/** JSON on one line with a space after each colon: the bash uploader searches the text for `"uploaded": true`. */
function spacedJson(fields: Readonly<Record<string, string | boolean>>): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{${pairs.join(", ")}}`;
}
