import { Type } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import { findRepository, type Repository } from "../../database/repositories.js";
import type { Service } from "../../service.js";
import { HttpError } from "../errors.js";
import { type RepositoryPath, repositoryNameOf } from "../repository-params.js";
import type { Html } from "./html.js";

export const PageNumber = Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 });
export const Search = Type.String({ maxLength: 200, default: "" });

/** Pages show what is now: browsers ask again instead of showing what they kept. */
export function sendPage(reply: FastifyReply, page: Html): FastifyReply {
  return reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(page.text);
}

/** @throws HttpError not_found */
export async function repositoryAt(service: Service, path: RepositoryPath): Promise<Repository> {
  const name = repositoryNameOf(path);
  const repository = name && (await findRepository(service.db, name));
  if (repository) return repository;
  throw new HttpError(
    "not_found",
    `There is no repository ${path.owner.replaceAll(":", "/")}/${path.repo} here. It appears with its first upload.`,
  );
}
