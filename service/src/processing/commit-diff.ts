import type { DiffFile } from "../comparison/diff.js";
import { readDiff } from "../comparison/read-diff.js";
import type { CommitDiff } from "../database/diffs.js";
import { ObjectNotFoundError, type ObjectStore } from "../storage/object-store.js";

/** The files of a stored diff; null when it is not there any more: a newer one took its place. */
export async function openDiff(objects: ObjectStore, { key }: CommitDiff): Promise<readonly DiffFile[] | null> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await objects.get(key)) chunks.push(chunk);
    return readDiff(Buffer.concat(chunks).toString());
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
}
