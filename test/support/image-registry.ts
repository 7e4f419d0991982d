import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { run } from "./programs.js";

export interface ImageRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Path of the certificate to trust. */
  readonly certificate: string;
  /** Manifests by `NAME:TAG`. */
  readonly tags: ReadonlyMap<string, Buffer>;
  close(): void;
}

export interface ImageRegistryOptions {
  readonly user: string;
  readonly password: string;
  /** Whether it wants the login traded for a token, as some do. @default false */
  readonly tokens?: boolean;
  /** @default none */
  readonly tags?: Map<string, Buffer>;
}

/** A container registry in memory, for whoever has this user and password: as much of it as a push needs. */
export async function startImageRegistry(folder: string, options: ImageRegistryOptions): Promise<ImageRegistry> {
  const { user, password, tokens = false, tags = new Map<string, Buffer>() } = options;
  const types = new Map<string, string>();
  const blobs = new Map<string, Buffer>();
  const uploads = new Map<string, Buffer>();
  const login = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const end = (status: number, fields: Record<string, string | number> = {}, content?: Buffer) =>
      response.writeHead(status, fields).end(method === "HEAD" ? undefined : content);
    const { pathname, searchParams } = new URL(url, "http://registry");
    const wanted = tokens && pathname !== "/token" ? "Bearer a-token" : login;
    if (headers.authorization !== wanted) {
      const realm = `Bearer realm="https://${headers.host}/token",service="registry",scope="pull"`;
      end(401, { "WWW-Authenticate": tokens ? realm : 'Basic realm="registry"' });
      return;
    }
    if (pathname === "/token") {
      end(200, { "Content-Type": "application/json" }, Buffer.from('{"token":"a-token"}'));
      return;
    }
    const [, name, kind, id] = /^\/v2\/(.+)\/(manifests|blobs|blobs\/uploads)\/([^/]*)$/.exec(pathname) ?? [];
    if (name === undefined) {
      end(200);
    } else if (kind === "blobs/uploads") {
      const upload = method === "POST" ? randomUUID() : id;
      const content = Buffer.concat([uploads.get(upload) ?? Buffer.alloc(0), body]);
      uploads.set(upload, content);
      if (method === "PUT") blobs.set(searchParams.get("digest") ?? "", content);
      const location = `/v2/${name}/blobs/uploads/${upload}`;
      end(method === "PUT" ? 201 : 202, { Location: location, Range: `0-${Math.max(0, content.length - 1)}` });
    } else if (method === "PUT") {
      tags.set(`${name}:${id}`, body);
      types.set(`${name}:${id}`, headers["content-type"] ?? "");
      end(201, { "Docker-Content-Digest": `sha256:${createHash("sha256").update(body).digest("hex")}` });
    } else {
      const content = kind === "blobs" ? blobs.get(id) : tags.get(`${name}:${id}`);
      const type = types.get(`${name}:${id}`) ?? "application/octet-stream";
      if (content === undefined) end(404);
      else end(200, { "Content-Type": type, "Content-Length": content.length }, content);
    }
  }

  const [key, certificate] = ["registry.key", "registry.crt"].map((name) => join(folder, name));
  const subject = ["-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1"];
  const algorithm = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  run("openssl", ["req", "-x509", ...algorithm, "-keyout", key, "-out", certificate, "-days", "2", ...subject]);
  const tls = { key: readFileSync(key), cert: readFileSync(certificate) };
  const server = createServer(tls, (request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, certificate, tags, close: () => server.close() };
}
