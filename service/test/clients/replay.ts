import type { OutgoingHttpHeaders } from "node:http";
import { expect } from "vitest";
import { findAttachment } from "../../src/database/attachments.js";
import { findUpload, type UploadOfCommit } from "../../src/database/uploads.js";
import { pathOf, type TestServer } from "../http/open-test-server.js";

export const REPORT = "SF:src/a.ts\nDA:1,1\nend_of_record\n";

/** Requests as a client was seen to send them: TOKEN and COMMIT stand for what the test puts there. */
export interface Recorded {
  /** After `/upload/v4?` or `/upload/v2?`. */
  readonly query: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export function filled(text: string, server: TestServer, commit: string): string {
  return text.replace("TOKEN", server.repository.upload_token).replace("COMMIT", commit);
}

function send(server: TestServer, endpoint: "v4" | "v2", { query, headers, body }: Recorded, commit: string) {
  const given = Object.entries(headers).map(([name, value]) => [name, filled(String(value), server, commit)]);
  return server.app.inject({
    method: "POST",
    url: `/upload/${endpoint}?${filled(query, server, commit)}`,
    headers: Object.fromEntries(given),
    ...(body !== undefined && { body }),
  });
}

/** `/upload/v4`, whose answer has to be exactly a page and an address to PUT to, and nothing after it. */
export async function startByV4(
  server: TestServer,
  recorded: Recorded,
  commit: string,
): Promise<{ readonly page: string; readonly putUrl: string }> {
  const answer = await send(server, "v4", recorded, commit);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toMatch(/^text\/plain/);
  const [page, putUrl, ...rest] = answer.body.split("\n");
  expect(rest).toEqual([]);
  expect(answer.body.trim().split(/\s+/)).toEqual([page, putUrl]);
  expect(page).toBe(`${server.service.settings.publicUrl}/gh/o/r/commit/${commit}`);
  expect(putUrl.startsWith(`${server.service.settings.publicUrl}/upload/put/`)).toBe(true);
  return { page, putUrl };
}

/** PUTs: exactly 200, and no JSON, on which one client chokes. The stored upload comes back. */
export async function put(
  server: TestServer,
  putUrl: string,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): Promise<UploadOfCommit> {
  const answer = await server.app.inject({ method: "PUT", url: pathOf(putUrl), headers, body });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toMatch(/^text\/plain/);
  expect(answer.body).not.toBe("");
  const upload = await findUpload(server.service.db, idOf(putUrl));
  expect(upload?.state).toBe("uploaded");
  expect(await storedBody(server, idOf(putUrl))).toEqual(Buffer.from(body));
  return upload!;
}

/** `/upload/v2`, whose answer has to be one line of JSON with a space after each colon. */
export async function sendByV2(server: TestServer, recorded: Recorded, commit: string): Promise<UploadOfCommit> {
  const answer = await send(server, "v2", recorded, commit);
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain('"uploaded": true');
  expect(answer.body).not.toContain("\n");
  const { id, url } = answer.json();
  expect(url).toBe(`${server.service.settings.publicUrl}/gh/o/r/commit/${commit}`);
  expect(await storedBody(server, id)).toEqual(Buffer.from(recorded.body ?? ""));
  return (await findUpload(server.service.db, id))!;
}

export function idOf(putUrl: string): string {
  return /put\/([\w-]+)/.exec(putUrl)![1];
}

export async function storedBody({ service }: TestServer, id: string): Promise<Buffer> {
  const key = (await findUpload(service.db, id))?.upload_key ?? (await findAttachment(service.db, id))?.object_key;
  const chunks: Buffer[] = [];
  for await (const chunk of await service.objects.get(key!)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
