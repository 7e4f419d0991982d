import { ApplicationGateway, type ApplicationGatewayConfig } from "@cdktf/provider-azurerm/lib/application-gateway";
import type { DnsARecord } from "@cdktf/provider-azurerm/lib/dns-a-record";
import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import { checkCidr, rangeWord } from "../cloud/cidr.js";
import type { BalancerTarget, LoadBalancer, LoadBalancerProps } from "../cloud/load-balancer.js";
import { pathFrom } from "../cloud/path-from.js";
import { CoverstackError } from "../errors.js";
import { merge } from "../merge.js";
import type { AzureContext } from "./context.js";
import { checkZone, dnsRecord } from "./dns.js";
import { ANYONE } from "./firewall.js";
import { ManagedIdentity } from "./identity.js";
import type { AzureMachineGroup } from "./machine-group.js";
import { resourceName } from "./names.js";
import type { AzureNetwork, AzureSubnet } from "./network.js";
import { SECRET_READER } from "./secret.js";
import { vaultSecretId } from "./secret-id.js";

const FRONTEND = "public";
const TARGET = "target";
const CERTIFICATE = "certificate";
const HTTP = "http";
const HTTPS = "https";
const CLIENT = "client";
/** By itself the gateway adds the client's port to the address, which few programs understand. */
const FORWARDED_FOR = {
  name: "address-alone",
  ruleSequence: 100,
  requestHeaderConfiguration: [{ headerName: "X-Forwarded-For", headerValue: "{var_add_x_forwarded_for_proxy}" }],
};
/** TLS 1.2 and 1.3 with forward secrecy. */
const TLS_POLICY = { policyType: "Predefined", policyName: "AppGwSslPolicy20220101" };

/**
 * An Application Gateway with a static public address. Its certificate comes from Key Vault and follows when it is renewed
 * there; Azure issues none for it.
 */
export class AzureLoadBalancer extends Construct implements LoadBalancer<AzureMachineGroup> {
  readonly publicIp: PublicIp;
  readonly identity: ManagedIdentity | undefined;
  readonly gateway: ApplicationGateway;
  readonly record: DnsARecord | undefined;
  readonly #subnet: AzureSubnet;
  readonly #requestSeconds: number;
  #target: AzureMachineGroup | undefined;

  /** @throws CoverstackError for HTTPS without a certificate, a zone that the hostname is not in, or ranges that are none */
  constructor(scope: Construct, id: string, azure: AzureContext, props: LoadBalancerProps<AzureNetwork>) {
    super(scope, id);
    const { network, hostname, tls, allowFrom, protect } = props;
    check(props, this);
    this.#requestSeconds = props.requestSeconds;
    this.#subnet = network.subnet("gateway", this);
    this.publicIp = new PublicIp(this, "address", {
      ...azure.home,
      name: resourceName(this),
      sku: "Standard",
      allocationMethod: "Static",
      ...(azure.zones.length > 0 && { zones: [...azure.zones] }),
      lifecycle: { preventDestroy: protect },
    });
    for (const cidr of allowFrom) {
      checkCidr(cidr, "allowFrom", this);
      for (const port of tls ? [80, 443] : [80]) this.#allow(cidr, port);
    }
    this.identity = tls && new ManagedIdentity(this, "identity", azure);
    const certificate = tls?.certificate === undefined ? undefined : vaultSecretId(this, tls.certificate, azure);
    this.gateway = new ApplicationGateway(this, "gateway", this.#config(azure, props, certificate?.url));
    if (this.identity && certificate) {
      this.identity.grant(this, { verb: "certificate", role: SECRET_READER, on: certificate.resourceId }, azure);
      this.identity.holdBack(this.gateway);
    }
    azure.log(this, this.gateway.id, ["ApplicationGatewayAccessLog"]);
    this.record =
      tls?.dnsZone !== undefined && hostname !== undefined
        ? dnsRecord(this, { zoneId: tls.dnsZone, hostname, addressId: this.publicIp.id }, azure)
        : undefined;
    this.node.addValidation({
      validate: () => (this.#target ? [] : [`[${this.node.path}] the load balancer has no target; call addTarget`]),
    });
  }

  get address(): string {
    return this.publicIp.ipAddress;
  }

  /** @throws CoverstackError for a second group */
  addTarget(group: AzureMachineGroup, { port, healthPath, drainSeconds }: BalancerTarget): void {
    if (this.#target) {
      const fix = "use a load balancer for each group";
      throw new CoverstackError({ what: "the load balancer has a target already", given: group.node.path, fix }, this);
    }
    this.#target = group;
    this.gateway.putProbe([
      {
        name: TARGET,
        protocol: "Http",
        host: "127.0.0.1",
        port,
        path: healthPath,
        interval: 10,
        timeout: 5,
        unhealthyThreshold: 2,
        match: { statusCode: ["200-299"] },
      },
    ]);
    this.gateway.putBackendHttpSettings([
      {
        name: TARGET,
        protocol: "Http",
        port,
        probeName: TARGET,
        cookieBasedAffinity: "Disabled",
        requestTimeout: this.#requestSeconds,
        connectionDraining: { enabled: drainSeconds > 0, drainTimeoutSec: Math.max(1, drainSeconds) },
      },
    ]);
    group.joinBackendPool(`${this.gateway.id}/backendAddressPools/${TARGET}`);
    // A gateway's machines belong to no group; nothing but gateways lives in their subnet.
    const from = { prefixes: [this.#subnet.cidr] };
    const id = `from-${pathFrom(group, this)}-${port}`;
    group.rules.allow(id, { direction: "Inbound", from, to: ANYONE, port });
  }

  #allow(cidr: string, port: number): void {
    const id = `${this.node.id}-from-${rangeWord(cidr, this)}-${port}`;
    this.#subnet.rules?.allow(id, { direction: "Inbound", from: { prefixes: [cidr] }, to: ANYONE, port });
  }

  #config(
    azure: AzureContext,
    { tls, protect }: LoadBalancerProps<AzureNetwork>,
    certificateUrl: string | undefined,
  ): ApplicationGatewayConfig {
    const listener = (name: string) => ({
      name,
      protocol: name === HTTPS ? "Https" : "Http",
      frontendIpConfigurationName: FRONTEND,
      frontendPortName: name,
    });
    const toTarget = { backendAddressPoolName: TARGET, backendHttpSettingsName: TARGET };
    const route = { ...toTarget, rewriteRuleSetName: CLIENT };
    const rule = (name: string, priority: number) => ({ name, priority, ruleType: "Basic", httpListenerName: name });
    const config: ApplicationGatewayConfig = {
      ...azure.home,
      name: resourceName(this, 80),
      sku: { name: "Standard_v2", tier: "Standard_v2" },
      autoscaleConfiguration: { minCapacity: 2, maxCapacity: 10 },
      enableHttp2: true,
      ...(azure.zones.length > 0 && { zones: [...azure.zones] }),
      gatewayIpConfiguration: [{ name: "subnet", subnetId: this.#subnet.id }],
      frontendIpConfiguration: [{ name: FRONTEND, publicIpAddressId: this.publicIp.id }],
      backendAddressPool: [{ name: TARGET }],
      backendHttpSettings: [],
      sslPolicy: TLS_POLICY,
      rewriteRuleSet: [{ name: CLIENT, rewriteRule: [FORWARDED_FOR] }],
      lifecycle: { preventDestroy: protect },
      dependsOn: [...this.#subnet.ready],
      ...(tls && this.identity && certificateUrl !== undefined
        ? {
            identity: { type: "UserAssigned", identityIds: [this.identity.resourceId] },
            sslCertificate: [{ name: CERTIFICATE, keyVaultSecretId: certificateUrl }],
            frontendPort: [
              { name: HTTP, port: 80 },
              { name: HTTPS, port: 443 },
            ],
            httpListener: [listener(HTTP), { ...listener(HTTPS), sslCertificateName: CERTIFICATE }],
            redirectConfiguration: [
              {
                name: HTTPS,
                redirectType: "Permanent",
                targetListenerName: HTTPS,
                includePath: true,
                includeQueryString: true,
              },
            ],
            requestRoutingRule: [
              { ...rule(HTTP, 10), redirectConfigurationName: HTTPS },
              { ...rule(HTTPS, 20), ...route },
            ],
          }
        : {
            frontendPort: [{ name: HTTP, port: 80 }],
            httpListener: [listener(HTTP)],
            requestRoutingRule: [{ ...rule(HTTP, 10), ...route }],
          }),
    };
    return merge(config, azure.overrides.loadBalancer?.gateway);
  }
}

/** Says how a certificate gets into Key Vault, since Azure issues none for gateways. */
export function needCertificate(certificate: string | undefined, scope: Construct): string {
  if (certificate !== undefined) return certificate;
  throw new CoverstackError(
    {
      what: "HTTPS on Azure needs 'certificate': none is issued for a gateway",
      fix: "az keyvault certificate import --vault-name VAULT --name NAME --file certificate.pfx, and pass VAULT-ID/secrets/NAME",
    },
    scope,
  );
}

function check({ tls, hostname, requestSeconds }: LoadBalancerProps<AzureNetwork>, scope: Construct): void {
  if (tls) needCertificate(tls.certificate, scope);
  if (tls?.dnsZone !== undefined) checkZone(tls.dnsZone, hostname, scope);
  checkWhole(requestSeconds, "requestSeconds", { unit: "seconds", least: 1, most: 86_400 }, scope);
}
