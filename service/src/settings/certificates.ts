import { X509Certificate } from "node:crypto";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, one after the other, or null when there is none or one is broken. Where a variable
 * cannot hold several lines, `\n` may stand for the end of one.
 */
export function certificatesIn(text: string): string | null {
  const found = text.replaceAll("\\n", "\n").match(PEM) ?? [];
  try {
    for (const certificate of found) new X509Certificate(certificate);
  } catch {
    return null;
  }
  return found.length > 0 ? found.join("\n") : null;
}
