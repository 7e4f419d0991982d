import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { DefaultAzureCredential } from "@azure/identity";
import { BlobServiceClient, RestError } from "@azure/storage-blob";
import type { AzureSettings } from "../settings/settings.js";
import { counted, released } from "./bodies.js";
import { assertKey, ObjectNotFoundError, type ObjectStore } from "./object-store.js";

const PART_SIZE = 8 * 1024 * 1024;
const PARTS_AT_A_TIME = 2;
/** How long a request may go unanswered, in milliseconds. A body may take longer. */
const TIMEOUT = 60_000;
/** A download that breaks off goes on where it was, as often as this. */
const RESUMES = 3;

/** Objects in a container of Azure Blob Storage. */
export function openAzureStore({ account, container }: AzureSettings, timeout = TIMEOUT): ObjectStore {
  const blobs = clientOf(account).getContainerClient(container);
  const blob = (key: string) => blobs.getBlockBlobClient(assertKey(key));

  const answered = async <T>(ask: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    try {
      return await ask(abort.signal);
    } catch (error) {
      throw abort.signal.aborted ? new Error(`the store gave no answer within ${timeout} ms`, { cause: error }) : error;
    } finally {
      clearTimeout(timer);
    }
  };

  const read = async (key: string, start = 0, count?: number): Promise<Readable> => {
    const target = blob(key);
    const download = answered((abortSignal) =>
      target.download(start, count, { abortSignal, maxRetryRequests: RESUMES }),
    );
    const answer = await orNotFound(key, download);
    if (!(answer.readableStreamBody instanceof Readable))
      throw new Error(`the store answered without a body for ${key}`);
    return answer.readableStreamBody;
  };

  return {
    put: (key, body) =>
      released(body, async () => {
        const target = blob(key);
        if (!(body instanceof Readable)) {
          await answered((abortSignal) => target.upload(body, body.byteLength, { abortSignal }));
          return body.byteLength;
        }
        const { stream, bytes } = counted(body);
        try {
          await target.uploadStream(stream, PART_SIZE, PARTS_AT_A_TIME);
        } finally {
          stream.destroy();
        }
        return bytes();
      }),

    get: (key) => read(key),

    async getRange(key, start, end) {
      if (end <= start) return Buffer.alloc(0);
      try {
        return await buffer(await read(key, start, end - start));
      } catch (error) {
        // The range begins behind the end of the object: as with a file, there is nothing there.
        if (statusOf(error) === 416) return Buffer.alloc(0);
        throw error;
      }
    },

    async size(key) {
      const target = blob(key);
      try {
        return (await answered((abortSignal) => target.getProperties({ abortSignal }))).contentLength ?? 0;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },

    async delete(key) {
      const target = blob(key);
      await answered((abortSignal) => target.deleteIfExists({ abortSignal, deleteSnapshots: "include" }));
    },

    async check() {
      await answered((abortSignal) => blobs.getProperties({ abortSignal }));
    },
  };
}

function clientOf(account: AzureSettings["account"]): BlobServiceClient {
  if ("connectionString" in account) return BlobServiceClient.fromConnectionString(account.connectionString);
  const { url, clientId } = account;
  const identity = clientId ? { managedIdentityClientId: clientId, workloadIdentityClientId: clientId } : {};
  return new BlobServiceClient(url, new DefaultAzureCredential(identity));
}

async function orNotFound<T>(key: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw isMissing(error) ? new ObjectNotFoundError(key) : error;
  }
}

/** Whether an object is missing, and not its container. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof RestError && (error.details as { errorCode?: string } | undefined)?.errorCode === "BlobNotFound"
  );
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}
