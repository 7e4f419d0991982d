import { giveUpBody } from "../database/bodies.js";
import type { UploadToProcess } from "../database/jobs.js";
import type { Service } from "../service.js";
import { yamlOfCommit } from "./commit-yaml.js";

/**
 * Deletes the body of a processed upload where the yaml keeps none and no other upload needs it. The row says so first:
 * a body that is gone is then never looked for. So one that the row says is gone may be there still, and is deleted again.
 */
export async function deleteUnkept(service: Service, upload: UploadToProcess): Promise<void> {
  if (upload.bodyIsDeleted || (await giveUp(service, upload))) await service.objects.delete(upload.uploadKey);
}

async function giveUp(service: Service, { id, commitId, origin }: UploadToProcess): Promise<boolean> {
  const yaml = await yamlOfCommit(service, commitId, origin);
  return yaml.codecov?.archive?.uploads === false && giveUpBody(service.db, id);
}
