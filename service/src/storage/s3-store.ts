import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { BucketSettings } from "../settings/settings.js";
import { counted, released } from "./bodies.js";
import { assertKey, ObjectNotFoundError, type ObjectStore } from "./object-store.js";

const PART_SIZE = 8 * 1024 * 1024;
/** Milliseconds. */
const CONNECTION_TIMEOUT = 10_000;
const IDLE_TIMEOUT = 60_000;

/** Objects in a bucket of Amazon S3, MinIO or anything else that speaks S3. */
export function openS3Store(settings: BucketSettings): ObjectStore {
  const client = new S3Client({
    region: settings.region,
    // A copy: the client notes in it where it came from, and settings cannot be changed.
    ...(settings.credentials ? { credentials: { ...settings.credentials } } : {}),
    // A bucket as part of the host name needs DNS that only Amazon has; checksums are understood by few others.
    ...(settings.endpoint ? { endpoint: settings.endpoint, forcePathStyle: true } : {}),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT, socketTimeout: IDLE_TIMEOUT },
  });
  const object = (key: string) => ({ Bucket: settings.bucket, Key: assertKey(key) });

  const check = async (): Promise<void> => {
    try {
      await client.send(new HeadBucketCommand({ Bucket: settings.bucket }));
    } catch (error) {
      // The answer to such a question has no text of its own.
      throw new Error(
        `the bucket ${settings.bucket} cannot be reached: ${statusOf(error) ?? (error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  };

  /** Whether an object is missing. @throws when its bucket is */
  const isMissing = async (error: unknown): Promise<boolean> => {
    if (statusOf(error) !== 404) return false;
    // The answer to HEAD does not say what is missing.
    if ((error as S3ServiceException).name !== "NoSuchKey") await check();
    return true;
  };

  const read = async (key: string, range?: string): Promise<Readable> => {
    const command = new GetObjectCommand({ ...object(key), ...(range ? { Range: range } : {}) });
    const { Body } = await client.send(command).catch(async (error: unknown) => {
      throw (await isMissing(error)) ? new ObjectNotFoundError(key) : error;
    });
    if (!(Body instanceof Readable)) throw new Error(`the store answered without a body for ${key}`);
    return Body;
  };

  return {
    put: (key, body) =>
      released(body, async () => {
        const target = object(key);
        if (!(body instanceof Readable)) {
          await client.send(new PutObjectCommand({ ...target, Body: body, ContentLength: body.byteLength }));
          return body.byteLength;
        }
        const { stream, bytes } = counted(body);
        const upload = new Upload({ client, params: { ...target, Body: stream }, partSize: PART_SIZE, queueSize: 2 });
        try {
          await upload.done();
        } finally {
          stream.destroy();
        }
        return bytes();
      }),

    get: (key) => read(key),

    async getRange(key, start, end) {
      if (end <= start) return Buffer.alloc(0);
      try {
        return Buffer.concat(await (await read(key, `bytes=${start}-${end - 1}`)).toArray());
      } catch (error) {
        // The range begins behind the end of the object: as with a file, there is nothing there.
        if (statusOf(error) === 416) return Buffer.alloc(0);
        throw error;
      }
    },

    async size(key) {
      try {
        const { ContentLength } = await client.send(new HeadObjectCommand(object(key)));
        return ContentLength ?? 0;
      } catch (error) {
        if (await isMissing(error)) return null;
        throw error;
      }
    },

    async delete(key) {
      await client.send(new DeleteObjectCommand(object(key)));
    },

    check,
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
