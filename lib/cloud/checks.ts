import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import { KUBERNETES_VERSION } from "../workload/versions.js";

/**
 * Refuses what is no whole number in the range. Tokens pass.
 *
 * @throws CoverstackError
 */
export function checkWhole(
  given: number,
  name: string,
  { unit, least, most }: { readonly unit: string; readonly least: number; readonly most: number },
  scope: IConstruct,
): void {
  if (Token.isUnresolved(given) || (Number.isInteger(given) && given >= least && given <= most)) return;
  const allowed = `a whole number of ${unit}, ${least} to ${most}`;
  throw new CoverstackError({ what: `'${name}' is out of range`, given, allowed }, scope);
}

/**
 * Refuses what is no minor version of Kubernetes, where the cloud keeps its patches current. Tokens pass.
 *
 * @throws CoverstackError
 */
export function checkKubernetesVersion(version: string, scope: IConstruct): void {
  if (Token.isUnresolved(version) || /^1\.\d{2}$/.test(version)) return;
  const allowed = `such as "${KUBERNETES_VERSION}", without a patch: the cloud keeps those current`;
  throw new CoverstackError(
    { what: "'version' must be a minor version of Kubernetes", given: version, allowed },
    scope,
  );
}

const OLDEST_POSTGRES = 15;

/**
 * Refuses what is no major version of PostgreSQL that is still maintained. Tokens pass.
 *
 * @throws CoverstackError
 */
export function checkPostgresVersion(version: string, scope: IConstruct): void {
  if (Token.isUnresolved(version) || (/^\d{2}$/.test(version) && Number(version) >= OLDEST_POSTGRES)) return;
  const allowed = `"${OLDEST_POSTGRES}" or newer, without a minor version: the cloud keeps those current`;
  const what = "'version' must be a major version of PostgreSQL that is still maintained";
  throw new CoverstackError({ what, given: version, allowed }, scope);
}
