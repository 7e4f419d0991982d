import { Type } from "@fastify/type-provider-typebox";
import type { Service } from "../../service.js";
import { type IncomingBody, receiveAttachment, receiveBody } from "../../uploads/receive.js";
import { UploadRefused } from "../../uploads/refusal.js";
import { checkUploadUrl } from "../../uploads/signed-url.js";
import type { Routes } from "../app.js";
import { incomingBody, readBodiesAsStreams } from "../bodies.js";

const Params = Type.Object({ externalId: Type.String({ format: "uuid" }) });
const Query = Type.Object({ expires: Type.Optional(Type.String()), signature: Type.Optional(Type.String()) });

/** The signed addresses that `/upload/v4` and the JSON endpoints hand out. */
export const putRoutes =
  (service: Service): Routes =>
  async (app) => {
    readBodiesAsStreams(app);

    app.put(
      "/upload/put/:externalId",
      { schema: { params: Params, querystring: Query }, config: { errors: "text", endpoint: "put" } },
      async (request, reply) => {
        const { externalId } = request.params;
        checkSignature(service, externalId, request.query);
        request.about.upload = externalId;
        request.about.sha = await receive(service, externalId, incomingBody(request));
        // Clients accept exactly 200, and one of them chokes on an empty answer that calls itself JSON.
        return reply.type("text/plain").send("stored\n");
      },
    );
  };

/** @returns the commit's SHA */
async function receive(service: Service, externalId: string, body: IncomingBody): Promise<string> {
  const received =
    (await receiveBody(service, externalId, body)) ?? (await receiveAttachment(service, externalId, body));
  if (!received) throw new UploadRefused("upload_unknown", `No upload has the id ${externalId}: start a new one.`);
  return received.sha;
}

function checkSignature(
  service: Service,
  externalId: string,
  query: { readonly expires?: string; readonly signature?: string },
): void {
  const verdict = checkUploadUrl(service.settings, externalId, query, Math.floor(Date.now() / 1000));
  if (verdict === "expired") {
    const { uploadUrlSeconds } = service.settings.limits;
    throw new UploadRefused(
      "upload_url_expired",
      `This upload URL has expired, ${uploadUrlSeconds} seconds after it was handed out. Start the upload again.`,
    );
  }
  if (verdict !== "valid") {
    throw new UploadRefused(
      "upload_url_invalid",
      "This upload URL was not made by this server: its parameters expires and signature must be sent as they came.",
    );
  }
}
