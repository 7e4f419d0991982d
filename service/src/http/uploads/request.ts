import type { FastifyRequest } from "fastify";
import { findToken, type TokenSources } from "../../uploads/tokens.js";

export function tokenOf(request: FastifyRequest): string | null {
  const { authorization, "x-upload-token": uploadTokenHeader } = request.headers;
  const { token } = request.query as { token?: string | string[] };
  const sources: TokenSources = {
    authorization,
    uploadTokenHeader: [uploadTokenHeader].flat().at(-1),
    query: [token].flat().at(-1),
  };
  return findToken(sources);
}
