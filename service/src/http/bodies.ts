import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { IncomingBody } from "../uploads/receive.js";
import { HttpError } from "./errors.js";

/**
 * Hands bodies to handlers as they come in, unread. Clients send a report under any content type, none, or one that is
 * no content type at all: what a body is gets decided by its bytes.
 */
export function readBodiesAsStreams(app: FastifyInstance): void {
  ignoreContentType(app);
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
}

/** Reads bodies as text, whatever content type a client names: curl names that of a form. */
export function readBodiesAsText(app: FastifyInstance): void {
  ignoreContentType(app);
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  defaultBody(app, () => "");
}

/** Reads bodies as JSON, whatever their content type; no body is `{}`. */
export function readBodiesAsJson(app: FastifyInstance): void {
  ignoreContentType(app);
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? {} : JSON.parse(body.toString()));
    } catch (error) {
      done(notJson(error));
    }
  });
  defaultBody(app, () => ({}));
}

/** Reads bodies as JSON where they begin as an object does, and else as a form; fields in a form are texts. */
export function readBodiesAsFields(app: FastifyInstance): void {
  ignoreContentType(app);
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    const text = body.toString();
    try {
      done(null, /^\s*\{/.test(text) ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text)));
    } catch (error) {
      done(notJson(error));
    }
  });
  defaultBody(app, () => ({}));
}

function notJson(error: unknown): HttpError {
  return new HttpError(
    "invalid_body",
    `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
  );
}

function defaultBody(app: FastifyInstance, body: () => string | object): void {
  app.addHook("preValidation", (request, _reply, done) => {
    request.body ??= body();
    done();
  });
}

function ignoreContentType(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addHook("onRequest", (request, _reply, done) => {
    request.headers["content-type"] = undefined;
    done();
  });
}

/** A body that comes as a stream, as text. @throws HttpError when it has more than `limit` bytes */
export async function bodyText(request: FastifyRequest, limit: number): Promise<string> {
  const { stream, length } = incomingBody(request);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    if (length !== null && length > limit) throw tooLarge(limit);
    for await (const chunk of stream?.iterator({ destroyOnReturn: false }) ?? []) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } finally {
    // The rest of a body that was refused: the client sends it before it reads an answer.
    stream?.resume();
  }
  return Buffer.concat(chunks).toString();
}

function tooLarge(limit: number): HttpError {
  return new HttpError("body_too_large", `The body is larger than ${limit} bytes, the most that this address takes.`);
}

export function incomingBody(request: FastifyRequest): IncomingBody {
  const length = request.headers["content-length"];
  return {
    stream: request.body instanceof Readable ? request.body : null,
    length: length === undefined ? null : Number(length),
  };
}
