import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { DefaultAzureCredential } from "@azure/identity";
import { BlobServiceClient, RestError } from "@azure/storage-blob";
import type { AzureSettings } from "../settings/settings.js";
import { counted } from "./counted.js";
import { assertKey, ObjectNotFoundError, type ObjectStore } from "./object-store.js";

const PART_SIZE = 8 * 1024 * 1024;
const PARTS_AT_A_TIME = 2;
/** A download that breaks off goes on where it was, as often as this. */
const RESUMES = 3;

/** Objects in a container of Azure Blob Storage. */
export function openAzureStore({ account, container }: AzureSettings): ObjectStore {
  const blobs = clientOf(account).getContainerClient(container);
  const blob = (key: string) => blobs.getBlockBlobClient(assertKey(key));

  const read = async (key: string, start = 0, count?: number): Promise<Readable> => {
    const answer = await orNotFound(key, blob(key).download(start, count, { maxRetryRequests: RESUMES }));
    if (!(answer.readableStreamBody instanceof Readable))
      throw new Error(`the store answered without a body for ${key}`);
    return answer.readableStreamBody;
  };

  return {
    async put(key, body) {
      if (!(body instanceof Readable)) {
        await blob(key).upload(body, body.byteLength);
        return body.byteLength;
      }
      const target = blob(key);
      const { stream, bytes } = counted(body);
      try {
        await target.uploadStream(stream, PART_SIZE, PARTS_AT_A_TIME);
      } finally {
        stream.destroy();
      }
      return bytes();
    },

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
      try {
        return (await blob(key).getProperties()).contentLength ?? 0;
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },

    async delete(key) {
      await blob(key).deleteIfExists({ deleteSnapshots: "include" });
    },

    async check() {
      await blob("check").upload("ok", 2);
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
    throw statusOf(error) === 404 ? new ObjectNotFoundError(key) : error;
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}
