import { randomUUID } from "node:crypto";
import type { UploadState } from "../../src/database/schema.js";
import { type LineValue, lineValue } from "../../src/report/line-value.js";
import { openStoredReport } from "../../src/report/stored-report.js";
import type { Service } from "../../src/service.js";

/** An LCOV report of one file per entry: path → hits of its lines from 1 on. */
export function lcov(files: Readonly<Record<string, readonly number[]>>): string {
  return Object.entries(files)
    .map(([path, hits]) => `SF:${path}\n${hits.map((count, i) => `DA:${i + 1},${count}`).join("\n")}\nend_of_record\n`)
    .join("");
}

/** A commit without uploads, in a repository of its own. */
export async function insertCommit({ db }: Pick<Service, "db">): Promise<{ id: number; sha: string }> {
  const owner = await db
    .insertInto("owners")
    .values({ service: "github", username: randomUUID() })
    .returning("id")
    .executeTakeFirstOrThrow();
  const repository = await db
    .insertInto("repositories")
    .values({
      owner_id: owner.id,
      name: "shop",
      default_branch: "main",
      upload_token: randomUUID(),
      image_token: randomUUID(),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return db
    .insertInto("commits")
    .values({ repository_id: repository.id, sha: randomUUID().replaceAll("-", ""), state: "pending" })
    .returning(["id", "sha"])
    .executeTakeFirstOrThrow();
}

/** An upload whose body is in storage, as the commit's next session; with `null` its body never came. */
export async function insertUpload(
  { db, objects }: Pick<Service, "db" | "objects">,
  commitId: number,
  body: string | null,
): Promise<{ id: number }> {
  const externalId = randomUUID();
  const { next_session } = await db
    .updateTable("commits")
    .set((eb) => ({ next_session: eb("next_session", "+", 1) }))
    .where("id", "=", commitId)
    .returning("next_session")
    .executeTakeFirstOrThrow();
  const uploadKey = `uploads/${externalId}`;
  if (body !== null) await objects.put(uploadKey, Buffer.from(body));
  const state: UploadState = body === null ? "started" : "uploaded";
  return db
    .insertInto("uploads")
    .values({
      external_id: externalId,
      commit_id: commitId,
      session: next_session - 1,
      state,
      flags: [],
      upload_key: uploadKey,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
}

/** What a commit's report says: path → line → value. */
export async function readReport(
  service: Service,
  commitId: number,
): Promise<Record<string, Record<number, LineValue>>> {
  const { report_key: key } = await service.db
    .selectFrom("commits")
    .select("report_key")
    .where("id", "=", commitId)
    .executeTakeFirstOrThrow();
  const size = await service.objects.size(key!);
  const report = await openStoredReport((start, end) => service.objects.getRange(key!, start, end), size!);
  const files: Record<string, Record<number, LineValue>> = {};
  for (const { path } of report.files) {
    const coverage = (await report.file(path))!;
    files[path] = Object.fromEntries(Array.from(coverage.lines, (line, i) => [line, lineValue(coverage, i)]));
  }
  return files;
}
