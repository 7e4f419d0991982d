import { Type } from "@fastify/type-provider-typebox";
import { findAttachment } from "../../database/attachments.js";
import { awaitsBody, findUpload } from "../../database/uploads.js";
import type { Service } from "../../service.js";
import { requireOpenAccess } from "../access.js";
import type { Routes } from "../app.js";
import { notFound } from "../errors.js";
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
          .send(await service.objects.get(body.key));
      },
    );
  };

interface StoredBody {
  readonly repositoryId: number;
  readonly key: string;
}

async function storedBody({ db }: Service, id: string): Promise<StoredBody | null> {
  const upload = await findUpload(db, id);
  if (upload) return awaitsBody(upload) ? null : { repositoryId: upload.repository_id, key: upload.upload_key };
  const attachment = await findAttachment(db, id);
  return attachment?.object_key ? { repositoryId: attachment.repository_id, key: attachment.object_key } : null;
}
