import type { Readable } from "node:stream";

/** Where uploads and reports are kept: a folder, or a bucket. Keys are `a/b/c` of `[\w.:-]` parts. */
export interface ObjectStore {
  /** Stores the whole stream or nothing: a reader never sees half an object. Overwrites. Resolves to the size in bytes. */
  put(key: string, body: Readable | Uint8Array): Promise<number>;
  /** @throws ObjectNotFoundError */
  get(key: string): Promise<Readable>;
  /** Bytes `start` to `end` (exclusive). @throws ObjectNotFoundError */
  getRange(key: string, start: number, end: number): Promise<Buffer>;
  /** Size in bytes, or null when there is no such object. */
  size(key: string): Promise<number | null>;
  /** Deleting what is not there succeeds. */
  delete(key: string): Promise<void>;
  /** Throws when the store cannot be written to: part of readiness. */
  check(): Promise<void>;
}

export class ObjectNotFoundError extends Error {
  override readonly name = "ObjectNotFoundError";
  constructor(readonly key: string) {
    super(`no object ${key} in storage`);
  }
}

/** Returns the key. @throws RangeError when it could name something outside the store */
export function assertKey(key: string): string {
  const safe = key.length <= 1024 && key.split("/").every((part) => /^[\w.:-]+$/.test(part) && !part.startsWith("."));
  if (!safe) throw new RangeError(`not a storage key: ${JSON.stringify(key.slice(0, 100))}`);
  return key;
}
