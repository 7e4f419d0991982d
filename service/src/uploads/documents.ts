import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { Commit } from "../database/commits.js";
import { setDiff } from "../database/diffs.js";
import { addOrSweep } from "../queue/add-or-sweep.js";
import type { Service } from "../service.js";

/** Keeps a commit's diff, and has what its report says of it told anew. */
export async function storeDiff(
  service: Service,
  commit: Pick<Commit, "id" | "sha">,
  base: string,
  text: string,
): Promise<void> {
  const { db, objects } = service;
  const key = `commits/${commit.id}/diff-${randomUUID()}`;
  await objects.put(key, Readable.from([Buffer.from(text)]));
  const replaced = await setDiff(db, commit.id, { base, key });
  if (replaced !== null) await objects.delete(replaced);
  await addOrSweep(service, "merge-commit", { commitId: commit.id, sha: commit.sha });
}
