import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { GcsSettings } from "../../src/settings/settings.js";
import type { Certificate } from "./certificates.js";
import { crc32c } from "./crc32c.js";

/*
 * As much of the JSON API of Google Cloud Storage as the object store uses, and nothing that the API does not do:
 *
 *   POST   /upload/storage/v1/b/BUCKET/o?uploadType=multipart    metadata and bytes in one request
 *   POST   /upload/storage/v1/b/BUCKET/o?uploadType=resumable    begins an upload, whose address is in Location
 *   PUT    that address, Content-Range: bytes FIRST-LAST/TOTAL   308 with the Range that arrived, at last 200
 *   DELETE that address                                          gives the upload up: 499
 *   GET    /storage/v1/b/BUCKET/o/OBJECT                         metadata
 *   GET    /storage/v1/b/BUCKET/o/OBJECT?alt=media               bytes, all or a Range
 *   DELETE /storage/v1/b/BUCKET/o/OBJECT
 *   GET    /storage/v1/b/BUCKET/iam/testPermissions              which of the permissions asked for are granted
 *
 * Checksums that a client sends are compared; an object is there when its last byte is, not before. Everything else
 * is answered 501, so that a test fails that needs more.
 */

/** Parts of a resumable upload, except its last. */
const PART_UNIT = 256 * 1024;

export interface GcsServer {
  readonly settings: GcsSettings;
  /** What the identity of whoever asks may do. */
  readonly granted: Set<string>;
  /** Answers the next so many requests with 503, as a service does that is being moved. */
  fail(requests: number): void;
  /** Requests so far: `PUT /upload/…`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

interface Upload {
  readonly name: string;
  readonly parts: Buffer[];
  given: boolean;
}

class ApiFailure extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface SecureGcs {
  readonly certificate: Certificate;
  /** The access token without which nothing is answered. */
  readonly token: string;
}

/** Cloud Storage on loopback with one empty bucket, in memory; open to everybody unless `secure`. */
export async function startGcs(secure?: SecureGcs): Promise<GcsServer> {
  const bucket = "reports";
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  const granted = new Set(["storage.objects.create", "storage.objects.delete", "storage.objects.get"]);
  const requests: string[] = [];
  let failures = 0;

  const metadata = (name: string) => {
    const bytes = object(name);
    return { kind: "storage#object", bucket, name, size: `${bytes.length}`, crc32c: crc32c(bytes) };
  };
  const object = (name: string): Buffer => {
    const bytes = objects.get(name);
    if (!bytes) throw new ApiFailure(404, `No such object: ${bucket}/${name}`);
    return bytes;
  };
  const store = (name: string, bytes: Buffer, checksum: string | undefined) => {
    if (checksum !== undefined && checksum !== crc32c(bytes)) {
      throw new ApiFailure(400, `Provided CRC32C "${checksum}" doesn't match calculated CRC32C "${crc32c(bytes)}".`);
    }
    objects.set(name, bytes);
    return metadata(name);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> => {
    if (secure && request.headers.authorization !== `Bearer ${secure.token}`) fail(401, "Invalid Credentials");
    const { pathname, searchParams } = new URL(request.url ?? "", origin);
    const [, prefix, own, , rest] =
      /^(\/upload)?\/storage\/v1\/b\/([^/]+)(\/(.*))?$/.exec(pathname) ?? fail(501, "not part of this server");
    if (own !== bucket) fail(404, "The specified bucket does not exist.");
    const route = `${request.method} ${prefix ?? ""}${rest?.replace(/^o\/.+/, "o/OBJECT")}`;
    const name = decodeURIComponent(rest?.slice(2) ?? "");
    const session = searchParams.get("upload_id");
    switch (route) {
      case "POST /uploado": {
        const given = searchParams.get("name") ?? fail(400, "Required parameter: name");
        if (searchParams.get("uploadType") === "multipart") {
          const { info, bytes } = multipart(request.headers["content-type"] ?? "", await buffer(request));
          return json(response, 200, store(given, bytes, info.crc32c));
        }
        if (searchParams.get("uploadType") !== "resumable") fail(501, "not part of this server");
        await buffer(request);
        const id = randomUUID();
        uploads.set(id, { name: given, parts: [], given: false });
        response.setHeader("location", `${origin}${pathname}?uploadType=resumable&upload_id=${id}`);
        return json(response, 200, {});
      }
      case "PUT /uploado": {
        const upload = uploads.get(session ?? "") ?? fail(404, "No such upload.");
        const bytes = await buffer(request);
        const arrived = receive(upload, request.headers["content-range"] ?? "", bytes);
        if (arrived !== null) {
          if (arrived > 0) response.setHeader("range", `bytes=0-${arrived - 1}`);
          return void response.writeHead(308).end();
        }
        const hash = /crc32c=([^,]+)/.exec(String(request.headers["x-goog-hash"] ?? ""))?.[1];
        return json(response, 200, store(upload.name, Buffer.concat(upload.parts), hash));
      }
      case "DELETE /uploado": {
        if (!uploads.delete(session ?? "")) fail(404, "No such upload.");
        return void response.writeHead(499).end();
      }
      case "GET o/OBJECT": {
        if (searchParams.get("alt") !== "media") return json(response, 200, metadata(name));
        const bytes = object(name);
        response.setHeader("x-goog-hash", `crc32c=${crc32c(bytes)}`);
        response.setHeader("x-goog-stored-content-encoding", "identity");
        return media(response, bytes, request.headers.range);
      }
      case "DELETE o/OBJECT": {
        object(name);
        objects.delete(name);
        return void response.writeHead(204).end();
      }
      case "GET iam/testPermissions": {
        const permissions = searchParams.getAll("permissions").filter((permission) => granted.has(permission));
        const some = permissions.length > 0 ? { permissions } : {};
        return json(response, 200, { kind: "storage#testIamPermissionsResponse", ...some });
      }
      default:
        return fail(501, "not part of this server");
    }
  };

  const originOf = (port: number) => (secure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`);
  const listener: RequestListener = (request, response) => {
    const { port } = server.address() as AddressInfo;
    requests.push(`${request.method} ${request.url}`);
    const answering = failures-- > 0 ? Promise.reject(new ApiFailure(503, "We encountered an internal error.")) : null;
    (answering ?? answer(request, response, originOf(port))).catch((error: unknown) => {
      // A client that broke off hears nothing.
      if (request.errored) return response.destroy();
      const status = error instanceof ApiFailure ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      return json(response, status, { error: { code: status, message, errors: [{ message, domain: "global" }] } });
    });
  };
  const server = secure
    ? createSecureServer(
        { cert: readFileSync(secure.certificate.cert), key: readFileSync(secure.certificate.key) },
        listener,
      )
    : createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    settings: { kind: "gcs", bucket, endpoint: originOf(port), credentialsFile: null },
    granted,
    requests,
    fail(count) {
      failures = count;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Takes a part of an upload. Returns how many bytes there are now, or null when that is all. */
function receive(upload: Upload, contentRange: string, bytes: Buffer): number | null {
  const there = upload.parts.reduce((sum, part) => sum + part.length, 0);
  const [, first, last, total] =
    /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(contentRange) ??
    fail(400, `Failed to parse Content-Range: ${contentRange}`);
  if (upload.given) return null;
  if (first !== undefined) {
    if (Number(first) !== there) fail(400, `expected byte ${there}, not ${first}`);
    if (bytes.length !== Number(last) - Number(first) + 1) fail(400, "the body is not as long as Content-Range says");
    if (total === "*" && bytes.length % PART_UNIT !== 0) fail(400, "a part must be a multiple of 256 KiB");
    upload.parts.push(bytes);
  }
  const now = there + (first === undefined ? 0 : bytes.length);
  if (total === "*" || Number(total) > now) return now;
  if (Number(total) < now) fail(400, "more bytes than the total");
  upload.given = true;
  return null;
}

function multipart(contentType: string, body: Buffer): { info: { crc32c?: string }; bytes: Buffer } {
  const boundary = /^multipart\/related; ?boundary="?([^";]+)"?$/.exec(contentType)?.[1] ?? fail(400, "not multipart");
  const [preamble, info, bytes, end] = split(body, `--${boundary}`);
  if (preamble?.length !== 0 || end?.toString().trim() !== "--") fail(400, "Malformed multipart body.");
  return { info: JSON.parse(content(info ?? Buffer.alloc(0)).toString()), bytes: content(bytes ?? Buffer.alloc(0)) };
}

function split(body: Buffer, delimiter: string): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, from)) {
    parts.push(body.subarray(from, at));
    from = at + delimiter.length;
  }
  return [...parts, body.subarray(from)];
}

/** A part without its headers and the line ends around it. */
function content(part: Buffer): Buffer {
  return part.subarray(part.indexOf("\r\n\r\n") + 4, part.length - 2);
}

function media(response: ServerResponse, bytes: Buffer, range: string | undefined): void {
  if (range === undefined) return void response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? fail(400, `Failed to parse Range: ${range}`);
  const start = Number(from);
  if (start >= bytes.length) fail(416, "The requested range cannot be satisfied.");
  const part = bytes.subarray(start, to ? Number(to) + 1 : bytes.length);
  const headers = {
    "content-length": part.length,
    "content-range": `bytes ${start}-${start + part.length - 1}/${bytes.length}`,
  };
  response.writeHead(206, headers).end(part);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(JSON.stringify(value));
}

function fail(status: number, message: string): never {
  throw new ApiFailure(status, message);
}
