import { Construct } from "constructs";
import { checkCidr, rangeWord } from "../cloud/cidr.js";
import type { Exposure, ExposureProps } from "../cloud/cluster.js";
import type { AzureCluster } from "./cluster.js";
import type { AzureContext } from "./context.js";
import { checkZone } from "./dns.js";
import { ANYONE } from "./firewall.js";
import { ExistingIdentity } from "./identity.js";
import { needCertificate } from "./load-balancer.js";
import { SECRET_READER } from "./secret.js";
import { vaultSecretId } from "./secret-id.js";

/** The ingress controller that AKS runs itself, in its own namespace. */
const CLASS = "webapprouting.kubernetes.azure.com";
const CONTROLLER = { namespace: "app-routing-system", podLabels: { app: "nginx" } };

/**
 * Web pods behind the cluster's own application routing: NGINX with a certificate out of Key Vault, which it follows. Only
 * the ranges get through the nodes' firewall, and NGINX asks again.
 */
export function expose(
  scope: Construct,
  id: string,
  cluster: AzureCluster,
  { hostname, tls, allowFrom, requestSeconds }: ExposureProps,
  azure: AzureContext,
): Exposure {
  const self = new Construct(scope, id);
  const certificate = vaultSecretId(self, needCertificate(tls.certificate, self), azure);
  if (tls.dnsZone !== undefined) checkZone(tls.dnsZone, hostname, self);
  const controller = new ExistingIdentity(self, "controller", cluster.routeWeb(tls.dnsZone ? [tls.dnsZone] : []));
  controller.grant(self, { verb: "certificate", role: SECRET_READER, on: certificate.resourceId }, azure);
  if (tls.dnsZone !== undefined) {
    controller.grant(self, { verb: "records", role: "DNS Zone Contributor", on: tls.dnsZone }, azure);
  }
  for (const cidr of allowFrom) {
    checkCidr(cidr, "allowFrom", self);
    for (const port of [80, 443]) {
      const rule = { direction: "Inbound", from: { prefixes: [cidr] }, to: ANYONE, port } as const;
      cluster.subnet?.rules?.allow(`web-from-${rangeWord(cidr, self)}-${port}`, rule);
    }
  }
  return {
    service: { type: "ClusterIP", annotations: {} },
    ingress: {
      className: CLASS,
      annotations: {
        "kubernetes.azure.com/tls-cert-keyvault-uri": certificate.url.replace("/secrets/", "/certificates/"),
        "nginx.ingress.kubernetes.io/force-ssl-redirect": "true",
        ...(allowFrom.length > 0 && { "nginx.ingress.kubernetes.io/whitelist-source-range": allowFrom.join(",") }),
        "nginx.ingress.kubernetes.io/proxy-body-size": "0",
        "nginx.ingress.kubernetes.io/proxy-request-buffering": "off",
        "nginx.ingress.kubernetes.io/proxy-read-timeout": String(requestSeconds),
        "nginx.ingress.kubernetes.io/proxy-send-timeout": String(requestSeconds),
      },
      tlsSecret: "keyvault-web",
      controller: CONTROLLER,
    },
  };
}
