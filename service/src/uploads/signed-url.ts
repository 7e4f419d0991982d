import { createHmac, timingSafeEqual } from "node:crypto";

export interface SigningSettings {
  readonly publicUrl: string;
  readonly signingSecret: string;
}

/** What an upload URL's query says; `malformed` and `forged` are kept apart from `expired` because the remedy differs. */
export type UploadUrlVerdict = "valid" | "malformed" | "forged" | "expired";

/** The address that a client may PUT the upload's body to until `expires` (seconds since 1970). */
export function signUploadUrl(settings: SigningSettings, externalId: string, expires: number): string {
  const signature = sign(settings.signingSecret, externalId, expires).toString("hex");
  return `${settings.publicUrl}/upload/put/${externalId}?expires=${expires}&signature=${signature}`;
}

export function checkUploadUrl(
  settings: SigningSettings,
  externalId: string,
  query: { readonly expires?: string; readonly signature?: string },
  now: number,
): UploadUrlVerdict {
  const { expires = "", signature = "" } = query;
  if (!/^\d{1,12}$/.test(expires) || !/^[0-9a-f]{64}$/.test(signature)) return "malformed";
  const expected = sign(settings.signingSecret, externalId, Number(expires));
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) return "forged";
  return now <= Number(expires) ? "valid" : "expired";
}

/** The purpose is signed too: a signature made for anything else with the same secret opens no upload. */
function sign(secret: string, externalId: string, expires: number): Buffer {
  return createHmac("sha256", secret).update(`put-upload\n${externalId}\n${expires}`).digest();
}
