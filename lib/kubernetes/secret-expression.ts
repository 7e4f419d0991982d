import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";

/**
 * The expression as Terraform takes it inside a text, with or without `${}` around it.
 *
 * @throws CoverstackError on a text that is no expression: it would be readable in synthesised files
 */
export function secretExpression(text: string, name: string, scope: IConstruct): string {
  if (Token.isUnresolved(text) || /\$\{.+\}/s.test(text)) return text;
  if (/\bephemeral\.\w+\.[\w-]+/.test(text)) return `\${${text}}`;
  throw new CoverstackError(
    {
      what: `'${name}' must be an expression that Terraform computes, not the secret itself`,
      allowed: "an attribute of an ephemeral resource, or an ephemeral variable",
      fix: "take it from a secret manager: what is written here would be readable in the synthesised files",
    },
    scope,
  );
}
