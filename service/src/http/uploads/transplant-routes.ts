import { Type } from "@fastify/type-provider-typebox";
import { ensureCommit, findCommit } from "../../database/commits.js";
import { transplantUploads } from "../../database/transplants.js";
import { addOrSweep } from "../../queue/add-or-sweep.js";
import type { Service } from "../../service.js";
import { authorizeUpload } from "../../uploads/authorize.js";
import { parseCommitBody, parseSha } from "../../uploads/parameters.js";
import { UploadRefused } from "../../uploads/refusal.js";
import type { Routes } from "../app.js";
import { readBodiesAsJson } from "../bodies.js";
import { HttpError } from "../errors.js";
import { namedClaim } from "./request.js";

const Params = Type.Object({ service: Type.String(), slug: Type.String() });
const Body = Type.Object({ from_sha: Type.Optional(Type.String()), to_sha: Type.Optional(Type.String()) });

/** Gives a commit the uploads of another, whose content is the same: one that was squashed or picked. */
export const transplantRoutes =
  (service: Service): Routes =>
  async (app) => {
    readBodiesAsJson(app);

    app.post(
      "/upload/:service/:slug/commits/transplant",
      { schema: { params: Params, body: Body }, config: { endpoint: "transplant" } },
      async (request) => {
        const from = parseSha("from_sha", request.body.from_sha || null);
        const to = parseCommitBody(request.body.to_sha, {}, { sha: "to_sha", pull: "pullid" });
        request.about.sha = to.sha;
        const admission = await authorizeUpload(service, namedClaim(request, request.params), null);
        const { repository } = admission;
        const source = await findCommit(service.db, repository.id, from);
        if (!source) throw new HttpError("not_found", `Nothing was uploaded for commit ${from}.`);
        const commit = await ensureCommit(service.db, repository.id, to, admission);
        const limit = service.settings.uploadsPerCommit;
        const given = await transplantUploads(service.db, source.id, commit.id, limit);
        if (!given) {
          throw new UploadRefused(
            "too_many_uploads",
            `Commit ${commit.sha} would have more than ${limit} uploads with those of ${from}, the most that setup.max_sessions allows.`,
          );
        }
        for (const uploadId of given.toProcess) {
          await addOrSweep(service, "process-upload", { uploadId, sha: commit.sha });
        }
        if (given.processed > 0) await addOrSweep(service, "merge-commit", { commitId: commit.id, sha: commit.sha });
        return { result: "All good, transplant scheduled" };
      },
    );
  };
