import type { Repository } from "../../database/repositories.js";
import type { UploadError } from "../../database/schema.js";
import type { Upload } from "../../database/uploads.js";
import type { DroppedFile, ReportAccount, UploadAccount } from "../../ingest/account.js";
import { downloadPath } from "../addresses.js";
import { formatBytes, formatDuration, formatTime, plural, shortSha } from "./format.js";
import { type Html, html } from "./html.js";
import { chip, uploadState } from "./parts.js";

const ERRORS: Record<UploadError, string> = {
  file_not_in_storage: "The body never came: the client was told where to send it and did not.",
  report_empty: "No coverage was found in it.",
  report_expired: "The reports in it are older than the settings allow.",
  unsupported_file_format: "None of the reports in it is in a format that can be read.",
  limit_exceeded: "It is larger than a limit of this server.",
  processing_failed: "The server could not process it. It is tried again for a week, and the server's log says why.",
};

const REPORT_LOST = "The report that was made of it is lost, and the body was deleted after it was processed.";

/** Every upload of a commit and what became of it. */
export function uploadList(repository: Repository, uploads: readonly Upload[]): Html {
  return html`<ol class="uploads">${uploads.map((upload) => uploadEntry(repository, upload))}</ol>`;
}

function uploadEntry(repository: Repository, upload: Upload): Html {
  const isDeleted = upload.body_deleted_at !== null;
  const received = upload.state !== "started" && upload.error !== "file_not_in_storage";
  const isLost = isDeleted && upload.error === "file_not_in_storage";
  return html`<li class="upload" id="upload-${upload.external_id}">
<div class="upload-head"><b>${upload.name ?? `Upload ${upload.session + 1}`}</b> ${uploadState(upload.state)}
${upload.flags.map((flag) => chip(flag, "plain"))}
<span class="muted">${upload.carried_from && `carried forward from ${shortSha(upload.carried_from)}`}${origin(upload)} ${formatTime(upload.created_at)}</span>
${received && !isDeleted && html`<a href="${downloadPath(repository, upload.external_id)}">Download</a>`}</div>
${upload.error && html`<p class="bad-text">${isLost ? REPORT_LOST : ERRORS[upload.error]}</p>`}
${upload.account && account(upload.account)}
</li>`;
}

function origin({ provider, build, build_url: url, job, client }: Upload): Html {
  const text = [provider, build && `build ${build}`, job && `job ${job}`].filter(Boolean).join(", ");
  return html`${url ? html`<a href="${url}" rel="noreferrer nofollow">${text || "build"}</a>` : text} ${client && `by ${client}`}`;
}

function account({ receivedBytes, expandedBytes, reports, notes, milliseconds }: UploadAccount): Html {
  const expanded = expandedBytes !== receivedBytes && `, ${formatBytes(expandedBytes)} expanded`;
  return html`<p class="muted">${formatBytes(receivedBytes)} received${expanded}, processed in ${formatDuration(milliseconds)}</p>
${notes.map((note) => html`<p class="note">${note}</p>`)}
${
  reports.length > 0 &&
  html`<div class="scroll"><table class="compact">
<thead><tr><th scope="col">Report</th><th scope="col">Format</th><th scope="col" class="number">Files kept</th><th scope="col">Left out and noted</th></tr></thead>
<tbody>${reports.map(reportRow)}</tbody>
</table></div>`
}`;
}

function reportRow(report: ReportAccount): Html {
  return html`<tr>
<th scope="row">${report.name ?? html`<span class="muted">without a name</span>`}</th>
<td>${report.format ?? chip("not recognised", "bad")}</td>
<td class="number">${report.files}</td>
<td>${report.notes.map((note) => html`<p class="note">${note}</p>`)}${report.droppedCount > 0 && dropped(report)}</td>
</tr>`;
}

function dropped({ dropped: files, droppedCount }: ReportAccount): Html {
  const rest = droppedCount - files.length;
  return html`<details><summary>${plural(droppedCount, "file")} left out</summary><ul class="dropped">${files.map(
    droppedFile,
  )}${rest > 0 && html`<li>and ${plural(rest, "other")}</li>`}</ul></details>`;
}

function droppedFile({ path, reason, tried = [] }: DroppedFile): Html {
  const looked = tried.length > 0 && html`: looked for ${tried.map((one) => html`<code>${one}</code> `)}`;
  return html`<li><code>${path}</code> ${reason}${looked}</li>`;
}
