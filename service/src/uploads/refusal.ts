/** Why an upload is refused; the HTTP side gives each a status. */
export type RefusalReason =
  | "invalid_parameter"
  | "invalid_body"
  | "token_missing"
  | "token_malformed"
  | "token_unknown"
  | "token_of_another_repository"
  | "token_unverified"
  | "token_expired"
  | "owner_unknown"
  | "issuer_unavailable"
  | "too_many_uploads"
  | "upload_unknown"
  | "upload_url_invalid"
  | "upload_url_expired"
  | "body_empty"
  | "body_too_large";

/** The client can mend it: the message says what was wrong, what was given and what is allowed, and holds no secret. */
export class UploadRefused extends Error {
  override readonly name = "UploadRefused";

  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
  }
}

export function invalidParameter(name: string, given: string, allowed: string): UploadRefused {
  const shown = given.length > 80 ? `${given.slice(0, 80)}…` : given;
  return new UploadRefused("invalid_parameter", `${name} is ${JSON.stringify(shown)}: it must be ${allowed}.`);
}

export function missingParameter(name: string, allowed: string): UploadRefused {
  return new UploadRefused("invalid_parameter", `${name} is missing: it must be ${allowed}.`);
}
