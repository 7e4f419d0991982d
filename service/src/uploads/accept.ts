import { type Attachment, createAttachment } from "../database/attachments.js";
import { type Commit, ensureCommit } from "../database/commits.js";
import type { AttachmentKind } from "../database/schema.js";
import { createUpload, type Upload, type UploadOfCommit } from "../database/uploads.js";
import type { Service } from "../service.js";
import type { Admission } from "./authorize.js";
import type { CommitDetails, UploadDetails } from "./parameters.js";
import { UploadRefused } from "./refusal.js";
import { signUploadUrl } from "./signed-url.js";

/** @throws UploadRefused when the commit has all the uploads that it may have */
export async function startUpload(
  service: Service,
  admission: Admission,
  commitDetails: CommitDetails,
  details: UploadDetails,
  acceptsJson: boolean,
): Promise<UploadOfCommit> {
  const limit = service.settings.uploadsPerCommit;
  const { repository } = admission;
  const commit = await ensureCommit(service.db, repository.id, commitDetails, admission);
  const upload = await createUpload(service.db, { commitId: commit.id, details, acceptsJson }, limit);
  if (!upload) {
    throw new UploadRefused(
      "too_many_uploads",
      `Commit ${commit.sha} has ${limit} uploads already, the most that setup.max_sessions allows.`,
    );
  }
  return { ...upload, sha: commit.sha, repository_id: repository.id };
}

/** @throws UploadRefused when the commit has all the attachments of that kind that it may have */
export async function startAttachment(
  { db, settings }: Service,
  commit: Commit,
  kind: AttachmentKind,
  details: UploadDetails,
): Promise<Attachment> {
  const limit = settings.uploadsPerCommit;
  // Twice as long as its address is good for: a body that began in time may still be on its way.
  const abandoned = new Date(Date.now() - 2000 * settings.limits.uploadUrlSeconds);
  const attachment = await createAttachment(db, { commitId: commit.id, kind, details }, limit, abandoned);
  if (attachment) return attachment;
  throw new UploadRefused(
    "too_many_uploads",
    `Commit ${commit.sha} has ${limit} uploads of ${kind} already, the most that setup.max_sessions allows.`,
  );
}

/** Where the client may PUT the attachment's body. */
export function attachmentUrl(settings: Service["settings"], attachment: Attachment): string {
  return signUploadUrl(settings, attachment.external_id, expiryOf(settings));
}

/** Where the client may PUT the upload's body, and until when it may. */
export function uploadUrl(settings: Service["settings"], upload: Upload): string {
  return signUploadUrl(settings, upload.external_id, expiryOf(settings));
}

function expiryOf({ limits }: Service["settings"]): number {
  return Math.floor(Date.now() / 1000) + limits.uploadUrlSeconds;
}
