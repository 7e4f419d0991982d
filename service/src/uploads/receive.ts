import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type AttachmentOfCommit, acceptAttachment, findAttachment } from "../database/attachments.js";
import { acceptBody, announceBody, findUpload, type UploadOfCommit } from "../database/uploads.js";
import { addOrSweep } from "../queue/add-or-sweep.js";
import type { Service } from "../service.js";
import { UploadRefused } from "./refusal.js";

/** A request's body and the length that its headers promise, when they do. */
export interface IncomingBody {
  readonly stream: Readable | null;
  readonly length: number | null;
}

/** A body in storage that no upload has taken yet. */
export interface StoredBody {
  readonly key: string;
  readonly size: number;
}

/**
 * Stores the body of an upload that was started, as it came, and has it processed. A body that was accepted before
 * stays: sending it again succeeds and changes nothing. Each request writes an object of its own and the row decides
 * whose counts, so neither an aborted nor a second request can harm what was accepted. The row says beforehand where
 * the body will be: should the database go away meanwhile, the sweeper finds what was stored.
 *
 * @param externalId a UUID
 * @returns the upload; null when there is none
 * @throws UploadRefused when the body is empty or too large
 */
export async function receiveBody(
  service: Service,
  externalId: string,
  body: IncomingBody,
): Promise<UploadOfCommit | null> {
  const key = `uploads/${externalId}-${randomUUID()}`;
  const upload = await announceBody(service.db, externalId, key);
  if (upload) {
    await takeBody(service, upload, await storeBody(service, body, { key }), "put");
    return upload;
  }
  const accepted = await findUpload(service.db, externalId);
  if (accepted) body.stream?.resume();
  return accepted;
}

/**
 * Stores an attachment's body as it came. One that was accepted before stays.
 *
 * @param externalId a UUID
 * @returns the attachment; null when there is none, or none any more: one that waited too long made room for another
 * @throws UploadRefused when the body is empty or too large
 */
export async function receiveAttachment(
  service: Service,
  externalId: string,
  body: IncomingBody,
): Promise<AttachmentOfCommit | null> {
  const attachment = await findAttachment(service.db, externalId);
  if (!attachment) return null;
  if (attachment.object_key !== null) {
    body.stream?.resume();
    return attachment;
  }
  const stored = await storeBody(service, body, { key: `attachments/${externalId}/${randomUUID()}` });
  if (!(await acceptAttachment(service.db, attachment.id, stored))) {
    await service.objects.delete(stored.key);
    return findAttachment(service.db, externalId);
  }
  service.metrics.increment("uploads_accepted", { endpoint: attachment.kind });
  service.metrics.increment("upload_bytes", { endpoint: attachment.kind }, stored.size);
  return attachment;
}

export interface StoreOptions {
  /** @default a new one */
  readonly key?: string;
  /** What is stored of what comes. @default all of it */
  readonly content?: (chunks: AsyncGenerator<Buffer>) => AsyncGenerator<Buffer>;
}

/**
 * Stores a body before there is an upload: one that never arrives uses up none of its commit's uploads.
 *
 * @throws UploadRefused when the body is empty or too large
 */
export async function storeBody(
  service: Service,
  { stream, length }: IncomingBody,
  { key = `uploads/${randomUUID()}`, content = (chunks) => chunks }: StoreOptions = {},
): Promise<StoredBody> {
  const limit = service.settings.limits.uploadBytes;
  if (length !== null && length > limit) {
    stream?.resume();
    throw tooLarge(limit);
  }
  if (!stream || length === 0) throw empty();
  const chunks = counted(stream, limit);
  try {
    const bytes = Readable.from(content(chunks), { objectMode: false });
    return { key, size: await service.objects.put(key, bytes) };
  } finally {
    // The rest of a body that was refused or not stored, or of a form after its field: the client sends it before it
    // reads an answer. It flows only once nothing else waits to read it.
    void chunks.return(undefined).then(() => stream.resume());
  }
}

/**
 * What `use` makes of a stored body; without an upload to take it, the body goes. Where the store does not delete it, the
 * client is still told why there is none.
 */
export async function orDiscard<T>(service: Service, body: StoredBody, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    await service.objects.delete(body.key).catch((err: unknown) => {
      service.log.error({ err, key: body.key }, "cannot delete the body of a refused upload");
    });
    throw error;
  }
}

/**
 * Makes a stored body an upload's and has it processed. The row is marked before the job is queued: a queue that is
 * down delays processing until the sweeper finds the row, and loses nothing.
 */
export async function takeBody(
  service: Service,
  upload: UploadOfCommit,
  { key, size }: StoredBody,
  endpoint: "put" | "v2" | "coveralls",
): Promise<void> {
  if (!(await acceptBody(service.db, upload, key))) {
    const taken = await findUpload(service.db, upload.external_id);
    if (taken?.upload_key !== key) await service.objects.delete(key);
    return;
  }
  service.metrics.increment("uploads_accepted", { endpoint });
  service.metrics.increment("upload_bytes", { endpoint }, size);
  await addOrSweep(service, "process-upload", { uploadId: upload.id, sha: upload.sha });
}

/**
 * The chunks of a body, which must be at least one byte and at most `limit`. The request itself is left open when it
 * is refused: a client that is cut off in the middle of its body never reads why.
 */
async function* counted(stream: Readable, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    yield chunk;
  }
  if (bytes === 0) throw empty();
}

function empty(): UploadRefused {
  return new UploadRefused("body_empty", "The body is empty: send the coverage report as the body of the request.");
}

function tooLarge(limit: number): UploadRefused {
  return new UploadRefused(
    "body_too_large",
    `The body is larger than ${limit} bytes, the most that setup.limits.upload_bytes allows: send it gzipped, or in several uploads.`,
  );
}
