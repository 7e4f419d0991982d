import { createHash } from "node:crypto";
import type { Commit } from "../../database/commits.js";
import type { Repository } from "../../database/repositories.js";
import type { UploadState } from "../../database/schema.js";
import type { Upload } from "../../database/uploads.js";

/** The JSON that upload clients read. */

export function commitAnswer(repository: Repository, commit: Commit) {
  return {
    message: commit.message,
    timestamp: commit.created_at.toISOString(),
    ci_passed: null,
    state: commit.state,
    repository: {
      name: repository.name,
      is_private: repository.private,
      active: true,
      language: null,
      yaml: null,
    },
    author: null,
    commitid: commit.sha,
    parent_commit_id: commit.parent_sha,
    pullid: commit.pull_id,
    branch: commit.branch,
  };
}

export function reportAnswer(commit: Commit) {
  return {
    external_id: reportId(commit),
    created_at: commit.created_at.toISOString(),
    commit_sha: commit.sha,
    code: null,
  };
}

/** A commit has one report, without a row of its own: the same commit always gets the same id. */
function reportId(commit: Commit): string {
  const digest = createHash("sha256").update(`report of commit ${commit.id}`).digest("hex");
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

export function uploadAnswer(upload: Upload, urls: { readonly page: string; readonly put: string }) {
  return {
    external_id: upload.external_id,
    created_at: upload.created_at.toISOString(),
    raw_upload_location: urls.put,
    state: upload.state,
    provider: upload.provider,
    upload_type: "uploaded",
    url: urls.page,
    ci_url: upload.build_url,
    flags: upload.flags,
    env: upload.env,
    name: upload.name,
    job_code: upload.job,
  };
}

export function uploadCounts(states: readonly UploadState[]) {
  const success = states.filter((state) => state === "merged").length;
  const error = states.filter((state) => state === "error").length;
  return {
    uploads_total: states.length,
    uploads_success: success,
    uploads_processing: states.length - success - error,
    uploads_error: error,
  };
}
