import { Type } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { DiffError, readDiff } from "../../comparison/read-diff.js";
import { storeYaml } from "../../database/commit-yaml.js";
import { type Commit, ensureCommit } from "../../database/commits.js";
import { parseGitHostName } from "../../git-hosts/names.js";
import { readRepositoryYaml } from "../../repository-yaml/read-repository-yaml.js";
import { LARGEST_YAML } from "../../repository-yaml/yaml-text.js";
import type { Service } from "../../service.js";
import { authorizeUpload } from "../../uploads/authorize.js";
import { storeDiff } from "../../uploads/documents.js";
import { parseCommitBody, parseSha } from "../../uploads/parameters.js";
import { invalidParameter, UploadRefused } from "../../uploads/refusal.js";
import { parseSlug } from "../../uploads/slug.js";
import type { Routes } from "../app.js";
import { readBodiesAsText } from "../bodies.js";
import { tokenOf } from "./request.js";

const Params = Type.Object({ service: Type.String(), slug: Type.String(), sha: Type.String() });
const YamlQuery = Type.Object({ branch: Type.Optional(Type.String()) });
const DiffQuery = Type.Object({ branch: Type.Optional(Type.String()), base: Type.Optional(Type.String()) });

/** Diffs are read whole; one of more is of no use to anybody. */
const LARGEST_DIFF = 32 * 1024 * 1024;

/**
 * What a commit's coverage is read and compared by, sent by its CI job: its `codecov.yml`, and what `git diff` says of it
 * and the commit that it is compared with.
 */
export const documentRoutes =
  (service: Service): Routes =>
  async (app) => {
    readBodiesAsText(app);

    app.put(
      "/upload/:service/:slug/commits/:sha/yaml",
      { bodyLimit: LARGEST_YAML, schema: { params: Params, querystring: YamlQuery }, config: { endpoint: "yaml" } },
      async (request) => {
        const text = request.body as string;
        const { yaml, faults, notes } = readRepositoryYaml(text);
        if (yaml === null) {
          const told = faults.map(
            ({ line, column, path, message }) => `${line}:${column} ${path.join(".")} ${message}`,
          );
          throw new UploadRefused("invalid_body", `The yaml is not valid: ${told.join("; ")}`);
        }
        const commit = await commitOf(service, request);
        await storeYaml(service.db, commit.id, text);
        return { commitid: commit.sha, notes };
      },
    );

    app.put(
      "/upload/:service/:slug/commits/:sha/diff",
      { bodyLimit: LARGEST_DIFF, schema: { params: Params, querystring: DiffQuery }, config: { endpoint: "diff" } },
      async (request) => {
        const base = parseSha("base", request.query.base || null);
        const text = request.body as string;
        const files = filesOf(text);
        const commit = await commitOf(service, request);
        await storeDiff(service, commit, base, text);
        return { commitid: commit.sha, base, files };
      },
    );
  };

/** @returns how many files the diff is of. @throws UploadRefused */
function filesOf(text: string): number {
  try {
    return readDiff(text).length;
  } catch (error) {
    if (!(error instanceof DiffError)) throw error;
    throw new UploadRefused(
      "invalid_body",
      `The diff cannot be read: ${error.message}. Send what \`git diff BASE HEAD\` prints.`,
    );
  }
}

async function commitOf(service: Service, request: FastifyRequest): Promise<Commit> {
  const { service: host, slug: text, sha } = request.params as { service: string; slug: string; sha: string };
  const { branch } = request.query as { branch?: string };
  const slug = parseSlug(text);
  if (!slug) throw invalidParameter("slug", text, "owner::::repository, with ::: between groups of the owner");
  const commit = parseCommitBody(sha, branch ? { branch } : {});
  request.about.sha = commit.sha;
  request.about.repository = `${slug.owner}/${slug.name}`;
  const claim = { token: tokenOf(request), slug, host: parseGitHostName(host), named: true, commit };
  const repository = await authorizeUpload(service, claim, commit.branch);
  return ensureCommit(service.db, repository.id, commit);
}
