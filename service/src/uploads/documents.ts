import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { Commit } from "../database/commits.js";
import { setDiff } from "../database/diffs.js";
import type { Service } from "../service.js";

/** Keeps a commit's diff, and has what its report says of it told anew. */
export async function storeDiff(
  { db, objects, queue }: Service,
  commit: Pick<Commit, "id" | "sha">,
  base: string,
  text: string,
): Promise<void> {
  const key = `commits/${commit.id}/diff-${randomUUID()}`;
  await objects.put(key, Readable.from([Buffer.from(text)]));
  const replaced = await setDiff(db, commit.id, { base, key });
  if (replaced !== null) await objects.delete(replaced);
  await queue.add("merge-commit", { commitId: commit.id, sha: commit.sha });
}
