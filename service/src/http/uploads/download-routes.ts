import { Type } from "@fastify/type-provider-typebox";
import { findRepository } from "../../database/repositories.js";
import { awaitsBody, findUpload } from "../../database/uploads.js";
import type { Service } from "../../service.js";
import { requireOpenAccess } from "../access.js";
import type { Routes } from "../app.js";
import { notFound } from "../errors.js";
import { RepositoryParams, repositoryNameOf } from "../repository-params.js";

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
        const name = repositoryNameOf(request.params);
        const repository = name && (await findRepository(service.db, name));
        const upload = repository && (await findUpload(service.db, request.query.upload));
        if (!upload || upload.repository_id !== repository.id || awaitsBody(upload)) throw notFound();
        request.about.upload = upload.external_id;
        return reply
          .type("application/octet-stream")
          .header("content-disposition", `attachment; filename="${upload.external_id}"`)
          .send(await service.objects.get(upload.upload_key));
      },
    );
  };
