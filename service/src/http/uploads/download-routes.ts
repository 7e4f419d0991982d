import type { Readable } from "node:stream";
import { Type } from "@fastify/type-provider-typebox";
import { findAttachment } from "../../database/attachments.js";
import { awaitsBody, findUpload } from "../../database/uploads.js";
import type { Service } from "../../service.js";
import { ObjectNotFoundError } from "../../storage/object-store.js";
import { requireOpenAccess } from "../access.js";
import type { Routes } from "../app.js";
import { HttpError, notFound } from "../errors.js";
import { findRepositoryAt } from "../lookup.js";
import { RepositoryParams } from "../repository-params.js";

/** The body of an upload as it came, for whoever may read the repository's pages. */
export const downloadRoutes =
  (service: Service): Routes =>
  async (app) => {
    requireOpenAccess(app, service.settings);
    app.get(
      "/upload/:service/:owner/:repo/download",
      {
        schema: { params: RepositoryParams, querystring: Type.Object({ upload: Type.String({ format: "uuid" }) }) },
        config: { errors: "text" },
      },
      async (request, reply) => {
        const repository = await findRepositoryAt(service, request.params);
        const id = request.query.upload;
        const body = repository && (await storedBody(service, id));
        if (!body || body.repositoryId !== repository.id) throw notFound();
        request.about.upload = id;
        return reply
          .type("application/octet-stream")
          .header("content-disposition", `attachment; filename="${id}"`)
          .send(await read(service, body));
      },
    );
  };

interface StoredBody {
  readonly repositoryId: number;
  readonly key: string;
  readonly isDeleted: boolean;
}

async function storedBody({ db }: Service, id: string): Promise<StoredBody | null> {
  const upload = await findUpload(db, id);
  if (upload) {
    const isDeleted = upload.body_deleted_at !== null;
    if (awaitsBody(upload) && !isDeleted) return null;
    return { repositoryId: upload.repository_id, key: upload.upload_key, isDeleted };
  }
  const attachment = await findAttachment(db, id);
  if (!attachment?.object_key) return null;
  return { repositoryId: attachment.repository_id, key: attachment.object_key, isDeleted: false };
}

/** @throws HttpError that says why there is nothing to download */
async function read({ objects }: Service, { key, isDeleted }: StoredBody): Promise<Readable> {
  if (isDeleted) {
    throw new HttpError(
      "not_found",
      "What was uploaded was deleted after it was processed: codecov.archive.uploads is false.",
    );
  }
  try {
    return await objects.get(key);
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    throw new HttpError("not_found", "What was uploaded is not in storage any more.");
  }
}
