import { createHash } from "node:crypto";
import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";

/**
 * Refuses a text that is no expression: it would be readable in the synthesised files.
 *
 * @throws CoverstackError which does not repeat the text
 */
export function checkExpression(text: string, name: string, scope: IConstruct): void {
  if (Token.isUnresolved(text) || /\$\{.+\}/s.test(text)) return;
  throw new CoverstackError(
    {
      what: `'${name}' must be an expression that Terraform computes, not the secret itself`,
      allowed: `such as an ephemeral resource's attribute, "\${ephemeral.TYPE.NAME.ATTRIBUTE}"`,
      fix: "take it from a secret manager: what is written here would be readable in the synthesised files",
    },
    scope,
  );
}

/** As many as six hexadecimal digits can say. */
const FINGERPRINTS = 16 ** 6;

/**
 * The number by which Terraform knows that write-only values are to be written anew: it moves with the revision, and
 * when there are other keys than before, whose values would be missing otherwise.
 */
export function writeOnlyRevision(revision: number, keys: readonly string[]): number {
  const hash = createHash("sha256").update(keys.join("\n")).digest("hex");
  return revision * FINGERPRINTS + Number.parseInt(hash.slice(0, 6), 16);
}
