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

const CERTIFICATE = /^arn:aws[\w-]*:acm:[\w-]+:\d+:certificate\/./;

/** @throws CoverstackError when there is no way to a certificate for the hostname */
export function checkTls(
  { hostname, tls }: { hostname?: string | undefined; tls?: BalancerTls | undefined },
  scope: IConstruct,
): void {
  if (!tls) return;
  const { certificate, dnsZone } = tls;
  if (certificate === undefined && dnsZone === undefined) {
    const fix = "name a certificate of ACM in 'certificate', or a Route 53 zone in 'dnsZone' to have one issued";
    throw new CoverstackError({ what: "'tls' says of no certificate", given: tls, fix }, scope);
  }
  if (dnsZone !== undefined && hostname === undefined) {
    const fix = "add 'hostname': a record, and a certificate, is for a name";
    throw new CoverstackError({ what: "'dnsZone' needs a hostname", fix }, scope);
  }
  if (certificate !== undefined && !Token.isUnresolved(certificate) && !CERTIFICATE.test(certificate)) {
    const allowed = "arn:aws:acm:REGION:ACCOUNT:certificate/ID";
    throw new CoverstackError({ what: "a certificate on AWS is named by its ARN", given: certificate, allowed }, scope);
  }
}
