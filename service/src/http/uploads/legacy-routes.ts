import { Type } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import type { Repository } from "../../database/repositories.js";
import type { UploadOfCommit } from "../../database/uploads.js";
import { parseGitHostName } from "../../git-hosts/names.js";
import type { Service } from "../../service.js";
import { authorizeUpload, startUpload, uploadUrl } from "../../uploads/accept.js";
import { parseQuery, type Query } from "../../uploads/parameters.js";
import { receiveBody } from "../../uploads/receive.js";
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

    app.post("/upload/v4", { schema, config: { errors: "text", endpoint: "v4" } }, async (request, reply) => {
      const { repository, upload } = await start(service, request, request.query);
      // No newline at the end: clients split the text on newlines and want exactly two parts.
      return reply
        .type("text/plain")
        .send(`${page(service, repository, upload)}\n${uploadUrl(service.settings, upload)}`);
    });

    app.post("/upload/v2", { schema, config: { errors: "text", endpoint: "v2" } }, async (request, reply) => {
      const { repository, upload } = await start(service, request, request.query);
      await receiveBody(service, upload, incomingBody(request), "v2");
      return reply.type("application/json").send(
        spacedJson({
          message: "The coverage report is stored and will be processed",
          uploaded: true,
          queued: true,
          id: upload.external_id,
          url: page(service, repository, upload),
        }),
      );
    });
  };

async function start(
  service: Service,
  request: FastifyRequest,
  query: Query,
): Promise<{ repository: Repository; upload: UploadOfCommit }> {
  const { slug, commit, upload: details } = parseQuery(query);
  request.about.sha = commit.sha;
  const host = details.provider === null ? null : parseGitHostName(details.provider);
  const claim = { token: tokenOf(request), slug, host, named: false };
  const repository = await authorizeUpload(service, claim, commit.branch);
  const upload = await startUpload(service, repository, commit, details, false);
  request.about.repository = `${repository.owner}/${repository.name}`;
  request.about.upload = upload.external_id;
  return { repository, upload };
}

function page(service: Service, repository: Repository, upload: UploadOfCommit): string {
  return service.settings.publicUrl + commitPath(repository, upload.sha);
}

/** JSON on one line with a space after each colon: the bash uploader searches the text for `"uploaded": true`. */
function spacedJson(fields: Readonly<Record<string, string | boolean>>): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{${pairs.join(", ")}}`;
}
