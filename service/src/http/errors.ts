import type { FastifyError } from "fastify";
import { type RefusalReason, UploadRefused } from "../uploads/refusal.js";

interface Entry {
  readonly status: number;
  /** On `/upload/v2` and `/upload/v4`, whose clients give up on 400 and try the next endpoint on anything else. */
  readonly legacyStatus?: number;
}

/** Every error that a request can end in. */
export const ERRORS = {
  invalid_parameter: { status: 400 },
  invalid_body: { status: 400 },
  token_missing: { status: 401, legacyStatus: 400 },
  token_malformed: { status: 401, legacyStatus: 400 },
  token_unknown: { status: 401, legacyStatus: 404 },
  token_of_another_repository: { status: 401, legacyStatus: 400 },
  token_unverified: { status: 401, legacyStatus: 400 },
  token_expired: { status: 401, legacyStatus: 400 },
  owner_unknown: { status: 403, legacyStatus: 400 },
  issuer_unavailable: { status: 503 },
  too_many_uploads: { status: 429 },
  too_many_failures: { status: 429 },
  upload_unknown: { status: 404 },
  upload_url_invalid: { status: 403 },
  upload_url_expired: { status: 403 },
  body_empty: { status: 400 },
  body_too_large: { status: 413 },
  access_closed: { status: 403 },
  not_found: { status: 404 },
  bad_request: { status: 400 },
  internal: { status: 500 },
} as const satisfies Record<string, Entry> & Record<RefusalReason, Entry>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * The form in which a route answers with an error: its clients print text, read `detail` or `message`, or are people. A
 * client of `line` takes text of two lines for success, also where the second one is empty: it gets no line feed. `plain`
 * is text for people with curl, with the status of every other route.
 */
export type ErrorForm = "text" | "line" | "plain" | "json" | "coveralls" | "html";

export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** REST v2's answer for whatever it does not have. */
export function notFound(): HttpError {
  return new HttpError("not_found", "Not found.");
}

export interface ErrorAnswer {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a client is told. Only errors that were meant for it keep their message; of others it learns the request's id. */
export function describeError(error: unknown, form: ErrorForm, requestId: string): ErrorAnswer {
  if (error instanceof UploadRefused) return answer(error.reason, error.message, form);
  if (error instanceof HttpError) return answer(error.code, error.message, form);
  const { statusCode = 500, code, message } = error as Partial<FastifyError>;
  if (statusCode === 413) return answer("body_too_large", "The body is larger than this address accepts.", form);
  if (statusCode >= 400 && statusCode < 500 && code?.startsWith("FST_")) {
    return { ...answer("bad_request", message ?? "Bad request", form), status: statusCode };
  }
  return answer(
    "internal",
    `The server failed: repeat the request. Its log says why under the request id ${requestId}.`,
    form,
  );
}

function answer(code: ErrorCode, message: string, form: ErrorForm): ErrorAnswer {
  return { status: statusOf(ERRORS[code], form), code, message };
}

/** Reporters for Coveralls show the message of 422 and no other fault of the client's. */
function statusOf({ status, legacyStatus = status }: Entry, form: ErrorForm): number {
  if (form === "coveralls") return status < 500 ? 422 : status;
  return form === "text" || form === "line" ? legacyStatus : status;
}

const AUTHENTICATION_FAILURES: ReadonlySet<ErrorCode> = new Set([
  "token_missing",
  "token_malformed",
  "token_unknown",
  "token_of_another_repository",
  "token_unverified",
  "owner_unknown",
  "upload_url_invalid",
]);

export function isAuthenticationFailure(code: ErrorCode): boolean {
  return AUTHENTICATION_FAILURES.has(code);
}
