import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { BalancerTls } from "../cloud/load-balancer.js";
import { CoverstackError } from "../errors.js";

export interface BalancerCertificateProps {
  /** What it is for. @default none: the certificate is brought along */
  readonly hostname?: string | undefined;
  readonly tls: BalancerTls;
}

/** A balancer's certificate in AWS Certificate Manager: brought along, or issued and renewed by way of the DNS zone. */
export class BalancerCertificate extends Construct {
  /** Known only once the certificate is valid. */
  readonly arn: string;

  /** @param props what {@link checkTls} has let through */
  constructor(scope: Construct, id: string, provider: AwsProvider, { hostname, tls }: BalancerCertificateProps) {
    super(scope, id);
    if (tls.certificate !== undefined) {
      this.arn = tls.certificate;
      return;
    }
    const certificate = new AcmCertificate(this, "certificate", {
      provider,
      ...(hostname !== undefined && { domainName: hostname }),
      validationMethod: "DNS",
      tags: { Name: this.node.path },
      // A balancer never goes without one.
      lifecycle: { createBeforeDestroy: true },
    });
    const asked = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, "proof", {
      provider,
      zoneId: tls.dnsZone ?? "",
      name: asked.resourceRecordName,
      type: asked.resourceRecordType,
      records: [asked.resourceRecordValue],
      ttl: 60,
      // The name is the same for every certificate of this hostname, also for the one before.
      allowOverwrite: true,
    });
    this.arn = new AcmCertificateValidation(this, "valid", {
      provider,
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    }).certificateArn;
  }
}

const CERTIFICATE = /^arn:aws[\w-]*:acm:([\w-]+):\d+:certificate\/./;
const ZONE_ID = /^Z[A-Z0-9]{1,31}$/;

/** @throws CoverstackError when there is no way to a certificate for the hostname that a balancer of the region can use */
export function checkTls(
  { hostname, tls }: { hostname?: string | undefined; tls?: BalancerTls | undefined },
  region: string | undefined,
  scope: IConstruct,
): void {
  if (!tls) return;
  const { certificate, dnsZone } = tls;
  if (certificate === undefined && dnsZone === undefined) {
    const fix = "name a certificate of ACM, or a Route 53 zone to have one issued";
    throw new CoverstackError({ what: "HTTPS needs 'certificate' or 'dnsZone'", fix }, scope);
  }
  if (dnsZone !== undefined && hostname === undefined) {
    const fix = "add 'hostname': a record, and a certificate, is for a name";
    throw new CoverstackError({ what: "'dnsZone' needs a hostname", fix }, scope);
  }
  if (dnsZone !== undefined && !Token.isUnresolved(dnsZone) && !ZONE_ID.test(dnsZone)) {
    const allowed = "such as Z0123456789ABCDEFGHIJ";
    const fix = "aws route53 list-hosted-zones prints it behind /hostedzone/";
    throw new CoverstackError({ what: "'dnsZone' must be a Route 53 zone's id", given: dnsZone, allowed, fix }, scope);
  }
  if (certificate !== undefined && !Token.isUnresolved(certificate)) checkCertificate(certificate, region, scope);
}

function checkCertificate(given: string, region: string | undefined, scope: IConstruct): void {
  const [, its] = CERTIFICATE.exec(given) ?? [];
  if (its === undefined) {
    const allowed = "arn:aws:acm:REGION:ACCOUNT:certificate/ID";
    throw new CoverstackError({ what: "a certificate on AWS is named by its ARN", given, allowed }, scope);
  }
  if (region !== undefined && !Token.isUnresolved(region) && its !== region) {
    const fix = `a load balancer takes certificates of its own region alone: name one in ${region}`;
    throw new CoverstackError(
      { what: `the certificate is in ${its}, the load balancer in ${region}`, given, fix },
      scope,
    );
  }
}
