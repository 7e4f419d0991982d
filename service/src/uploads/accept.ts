import { ensureCommit } from "../database/commits.js";
import type { Repository } from "../database/repositories.js";
import { createUpload, type Upload, type UploadOfCommit } from "../database/uploads.js";
import type { Service } from "../service.js";
import type { CommitDetails, UploadDetails } from "./parameters.js";
import { UploadRefused } from "./refusal.js";
import { signUploadUrl } from "./signed-url.js";

/** @throws UploadRefused when the commit has all the uploads that it may have */
export async function startUpload(
  service: Service,
  repository: Repository,
  commitDetails: CommitDetails,
  details: UploadDetails,
  acceptsJson: boolean,
): Promise<UploadOfCommit> {
  const limit = service.settings.uploadsPerCommit;
  const commit = await ensureCommit(service.db, repository.id, commitDetails);
  const upload = await createUpload(service.db, { commitId: commit.id, details, acceptsJson }, limit);
  if (!upload) {
    throw new UploadRefused(
      "too_many_uploads",
      `Commit ${commit.sha} has ${limit} uploads already, the most that setup.max_sessions allows.`,
    );
  }
  return { ...upload, sha: commit.sha, repository_id: repository.id };
}

/** Where the client may PUT the upload's body, and until when it may. */
export function uploadUrl(settings: Service["settings"], upload: Upload): string {
  const expires = Math.floor(Date.now() / 1000) + settings.limits.uploadUrlSeconds;
  return signUploadUrl(settings, upload.external_id, expires);
}
