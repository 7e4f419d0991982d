import type { Construct } from "constructs";
import type { BalancerTls } from "../cloud/load-balancer.js";
import { CoverstackError } from "../errors.js";
import type { ServiceProps } from "./service-props.js";

/** How a balanced service is reached over HTTPS. */
export interface PublicProps extends BalancerTls {
  /** Serves over HTTP alone: for trials, since tokens then travel readable. @default false */
  readonly plainHttp?: boolean | undefined;
}

/**
 * What the balancer is told of TLS; undefined for plain HTTP.
 *
 * @throws CoverstackError unless HTTPS can work or was switched off by name
 */
export function checkPublic(
  scope: Construct,
  { hostname, certificate, dnsZone, plainHttp = false }: PublicProps & Pick<ServiceProps, "hostname">,
): BalancerTls | undefined {
  if (plainHttp) {
    const beside = Object.entries({ certificate, dnsZone }).find(([, given]) => given !== undefined);
    if (beside === undefined) return undefined;
    const [name] = beside;
    const fix = `leave one of them out: '${name}' is for HTTPS`;
    throw new CoverstackError({ what: `'${name}' and 'plainHttp' exclude each other`, fix }, scope);
  }
  if (hostname === undefined) {
    throw new CoverstackError(
      {
        what: "HTTPS needs a hostname",
        fix: "add 'hostname', and 'dnsZone' or 'certificate'; or switch HTTPS off with 'plainHttp: true' for a trial",
      },
      scope,
    );
  }
  return { certificate, dnsZone };
}
