import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { acceptBody, awaitsBody, type UploadOfCommit } from "../database/uploads.js";
import type { Service } from "../service.js";
import { UploadRefused } from "./refusal.js";

/** A request's body and the length that its headers promise, when they do. */
export interface IncomingBody {
  readonly stream: Readable | null;
  readonly length: number | null;
}

/**
 * Stores an upload's body as it came and has it processed. A body that was accepted before stays: sending it again
 * succeeds and changes nothing. Each request writes an object of its own and the row decides whose counts, so neither
 * an aborted nor a second request can harm what was accepted. The row is marked before the job is queued: a queue
 * that is down delays processing until the sweeper finds the row, and loses nothing.
 *
 * @throws UploadRefused when the body is empty or too large
 */
export async function receiveBody(
  service: Service,
  upload: UploadOfCommit,
  body: IncomingBody,
  endpoint: "put" | "v2",
): Promise<void> {
  if (!awaitsBody(upload)) {
    body.stream?.resume();
    return;
  }
  const key = `uploads/${upload.external_id}/${randomUUID()}`;
  const size = await store(service, key, body);
  if (!(await acceptBody(service.db, upload, key))) {
    await service.objects.delete(key);
    return;
  }
  service.metrics.increment("uploads_accepted", { endpoint });
  service.metrics.increment("upload_bytes", { endpoint }, size);
  await enqueue(service, upload);
}

async function store(service: Service, key: string, { stream, length }: IncomingBody): Promise<number> {
  const limit = service.settings.limits.uploadBytes;
  if (length !== null && length > limit) {
    stream?.resume();
    throw tooLarge(limit);
  }
  if (!stream || length === 0) throw empty();
  try {
    return await service.objects.put(key, Readable.from(counted(stream, limit), { objectMode: false }));
  } catch (error) {
    stream.resume();
    throw error;
  }
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

async function enqueue(service: Service, upload: UploadOfCommit): Promise<void> {
  try {
    await service.queue.add("process-upload", { uploadId: upload.id, sha: upload.sha });
  } catch (error) {
    service.log.warn(
      { err: error, sha: upload.sha, upload: upload.external_id },
      "the upload is stored, but the queue did not take its job: it waits for the sweeper",
    );
  }
}

function empty(): UploadRefused {
  return new UploadRefused("body_empty", "The body is empty: send the coverage report as the body of the request.");
}

function tooLarge(limit: number): UploadRefused {
  return new UploadRefused(
    "body_too_large",
    `The body is larger than ${limit} bytes, the most that an upload may have.`,
  );
}
