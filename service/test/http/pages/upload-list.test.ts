import { describe, expect, it } from "vitest";
import type { Repository } from "../../../src/database/repositories.js";
import type { Upload } from "../../../src/database/uploads.js";
import { uploadList } from "../../../src/http/pages/upload-list.js";
import type { DroppedFile, UploadAccount } from "../../../src/ingest/account.js";

function pageOf(dropped: readonly DroppedFile[]): string {
  const account: UploadAccount = {
    receivedBytes: 10,
    expandedBytes: 10,
    milliseconds: 3,
    notes: [],
    reports: [{ name: "lcov.info", format: "lcov", files: 2, dropped, droppedCount: dropped.length, notes: [] }],
  };
  const upload = { external_id: "1", state: "merged", session: 0, flags: [], account, created_at: new Date(0) };
  const repository = { service: "github", owner: "o", name: "r" };
  return uploadList(repository as unknown as Repository, [upload as unknown as Upload]).text.replace(/<[^>]+>/g, "");
}

describe("an upload on its commit's page", () => {
  it("says why a file was left out, and under which paths it was looked for", () => {
    const reason = "the repository's file list has no such file";
    const page = pageOf([
      { path: "x.c", reason, tried: ["x.c", "lib/x.c"] },
      { path: "y.c", reason: "it has no lines" },
    ]);
    expect(page).toContain("2 files left out");
    expect(page.replaceAll("&#39;", "'")).toContain(`x.c ${reason}: looked for x.c lib/x.c`);
    expect(page).toMatch(/y\.c it has no lines\s*$/m);
  });
});
