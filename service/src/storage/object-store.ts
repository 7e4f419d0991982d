import type { Readable } from "node:stream";

/**
 * Where uploads and reports are kept: a folder, or a bucket. Keys are `a/b/c` of `[\w.:-]` parts. A folder, bucket or
 * container that is not there is a store that is away, and never one that has lost an object.
 */
export interface ObjectStore {
  /**
   * Stores the whole stream or nothing: a reader never sees half an object. Overwrites. The stream is the store's from
   * then on: it has ended or is destroyed when this settles. Resolves to the size in bytes.
   */
  put(key: string, body: Readable | Uint8Array): Promise<number>;
  /** @throws ObjectNotFoundError */
  get(key: string): Promise<Readable>;
  /** Bytes `start` to `end` (exclusive). @throws ObjectNotFoundError */
  getRange(key: string, start: number, end: number): Promise<Buffer>;
  /** Size in bytes, or null when there is no such object. */
  size(key: string): Promise<number | null>;
  /** Deleting what is not there succeeds. */
  delete(key: string): Promise<void>;
  /**
   * Throws when the store is away, or nothing may be done in it as far as it tells: part of readiness. Writes nothing into a
   * bucket: probes come every few seconds, and one with versions would keep each.
   */
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
