import { Annotations, Fn, TerraformOutput, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { checkCidr, isEverywhere } from "../cloud/cidr.js";
import { CoverstackError } from "../errors.js";
import type { Capacity } from "../workload/capacity.js";
import type { Access, GithubApp } from "../workload/service.js";
import type { ServiceImage } from "../workload/service-image.js";

/** What every strategy asks about the service itself. */
export interface ServiceProps {
  readonly image: ServiceImage;
  /** The DNS name under which people and CI reach the service. @default the machine's, or balancer's, address */
  readonly hostname?: string | undefined;
  /** Ranges that reach the service. @default none, with a warning */
  readonly allowFrom?: readonly string[] | undefined;
  /**
   * Whether whoever gets past `allowFrom` reads pages and API without signing in. There is no sign-in yet: `false` is
   * refused.
   *
   * @default true
   */
  readonly openAccess?: boolean | undefined;
  /** @default for 25 reports per minute */
  readonly capacity?: Capacity | undefined;
  /** OAuth app of GitHub. @default none */
  readonly github?: GithubApp | undefined;
}

const HOSTNAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** @throws CoverstackError on a hostname that is no DNS name, a range that is none, or access that cannot be closed yet */
export function checkService(
  scope: Construct,
  { hostname, allowFrom = [], openAccess }: Omit<ServiceProps, "image">,
): void {
  if (hostname !== undefined && !Token.isUnresolved(hostname) && !HOSTNAME.test(hostname)) {
    const allowed = "a DNS name such as coverage.example.com, without scheme, port or path";
    throw new CoverstackError({ what: "'hostname' must be a DNS name", given: hostname, allowed }, scope);
  }
  for (const cidr of allowFrom) checkCidr(cidr, "allowFrom", scope);
  if (openAccess === false) {
    const what = "'openAccess: false' needs a sign-in, which this version of the service does not have yet";
    const fix = "leave it out, and name in 'allowFrom' only the ranges of people who may read all reports";
    throw new CoverstackError({ what, fix }, scope);
  }
}

/** Warns of what works, but not as most would want it. */
export function warnOfAccess(
  scope: Construct,
  { allowFrom = [], openAccess = true }: Pick<ServiceProps, "allowFrom" | "openAccess">,
): void {
  const annotations = Annotations.of(scope);
  if (allowFrom.length === 0) {
    annotations.addWarning("nobody can reach the service: list the ranges of your people and CI in 'allowFrom'");
  }
  if (openAccess && allowFrom.some(isEverywhere)) {
    annotations.addWarning("open to the internet without sign-in: anyone reads all reports; narrow 'allowFrom'");
  }
}

/** An output of the stack, named after the strategy's construct: `coverage_url`. */
export function output(scope: Construct, name: string, value: string, description: string): void {
  const path = scope.node.path.slice(TerraformStack.of(scope).node.path.length + 1).replace(/[^\w]+/g, "_");
  new TerraformOutput(scope, `${name}-output`, { value, description }).overrideLogicalId(`${path}_${name}`);
}

/** The same, with a certificate that only Terraform knows as one line: line breaks would break the settings file. */
export function onOneLine<A extends Access>(access: A): A {
  const { caCertificate } = access;
  if (caCertificate === undefined || !Token.isUnresolved(caCertificate)) return access;
  return { ...access, caCertificate: Fn.jsonencode(caCertificate) };
}
