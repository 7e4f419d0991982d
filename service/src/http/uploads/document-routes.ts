import { Type } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { DiffError, readDiff } from "../../comparison/read-diff.js";
import { storeYaml } from "../../database/commit-yaml.js";
import { ensureCommit, findCommit } from "../../database/commits.js";
import { findProvidedBase } from "../../database/pulls.js";
import type { Repository } from "../../database/repositories.js";
import { faultsText } from "../../repository-yaml/faults-text.js";
import { notActedUpon } from "../../repository-yaml/not-yet.js";
import { readRepositoryYaml } from "../../repository-yaml/read-repository-yaml.js";
import { LARGEST_YAML } from "../../repository-yaml/yaml-text.js";
import type { Service } from "../../service.js";
import { type Admission, authorizeUpload } from "../../uploads/authorize.js";
import { storeDiff } from "../../uploads/documents.js";
import { type CommitDetails, parseCommitBody, parseSha } from "../../uploads/parameters.js";
import { UploadRefused } from "../../uploads/refusal.js";
import type { Routes } from "../app.js";
import { bodyText, readBodiesAsStreams } from "../bodies.js";
import { namedClaim } from "./request.js";

const Params = Type.Object({ service: Type.String(), slug: Type.String(), sha: Type.String() });
type Params = Type.Static<typeof Params>;
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
    readBodiesAsStreams(app);

    app.put(
      "/upload/:service/:slug/commits/:sha/yaml",
      { schema: { params: Params, querystring: YamlQuery }, config: { errors: "plain", endpoint: "yaml" } },
      async (request) => {
        const { admission, details } = await admit(service, request, request.params, request.query.branch);
        const text = await bodyText(request, LARGEST_YAML);
        const read = readRepositoryYaml(text);
        const { yaml, notes } = read;
        if (yaml === null) throw new UploadRefused("invalid_body", faultsText(read).trimEnd());
        const commit = await ensureCommit(service.db, admission.repository.id, details, admission);
        await storeYaml(service.db, commit.id, text);
        return { commitid: commit.sha, notes, not_acted_upon: notActedUpon(yaml) };
      },
    );

    app.put(
      "/upload/:service/:slug/commits/:sha/diff",
      { schema: { params: Params, querystring: DiffQuery }, config: { endpoint: "diff" } },
      async (request) => {
        const { admission, details } = await admit(service, request, request.params, request.query.branch);
        const { repository } = admission;
        const base = parseSha("base", request.query.base || (await pickedBase(service, repository, details)));
        const text = await bodyText(request, LARGEST_DIFF);
        const files = filesOf(text);
        const commit = await ensureCommit(service.db, repository.id, details, admission);
        await storeDiff(service, commit, base, text);
        return { commitid: commit.sha, base, files };
      },
    );
  };

interface Admitted {
  readonly admission: Admission;
  readonly details: CommitDetails;
}

/** Asks for the token before the body is read. */
async function admit(
  service: Service,
  request: FastifyRequest,
  params: Params,
  branch: string | undefined,
): Promise<Admitted> {
  const details = parseCommitBody(params.sha, branch ? { branch } : {});
  const admission = await authorizeUpload(service, namedClaim(request, params, details), details.branch);
  return { admission, details };
}

/** The base that a client picked for the pull request that the commit is of, or null. */
async function pickedBase({ db }: Service, { id }: Repository, { sha, pullId }: CommitDetails): Promise<string | null> {
  const pull = (await findCommit(db, id, sha))?.pull_id ?? pullId;
  return pull === null ? null : findProvidedBase(db, id, pull);
}

/** @returns how many files the diff is of. @throws UploadRefused */
function filesOf(text: string): number {
  try {
    const { length } = readDiff(text);
    // What git says when it fails is no diff either; a commit that changes nothing has an empty one.
    if (length === 0 && text.trim() !== "") throw new DiffError("it names no file");
    return length;
  } catch (error) {
    if (!(error instanceof DiffError)) throw error;
    throw new UploadRefused(
      "invalid_body",
      `The diff cannot be read: ${error.message}. Send what \`git diff BASE HEAD\` prints.`,
    );
  }
}
