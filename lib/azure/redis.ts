import { ManagedRedis, type ManagedRedisConfig } from "@cdktf/provider-azurerm/lib/managed-redis";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Redis, RedisProps } from "../cloud/redis.js";
import { merge } from "../merge.js";
import type { Endpoint } from "../workload/endpoint.js";
import type { AzureContext } from "./context.js";
import type { AzureSource } from "./firewall.js";
import { globalName } from "./names.js";
import type { AzureNetwork } from "./network.js";
import { PrivateLink } from "./private-link.js";
import { type AzureSecret, CopiedSecret } from "./secret.js";
import { redisSku } from "./sizes.js";

const PORT = 10_000;
const PASSWORD = { variable: "COVERSTACK_REDIS_PASSWORD" };

/**
 * Azure Managed Redis, not clustered, that only the network reaches. Azure makes the access key, so Terraform's state
 * knows it; keep the state where secrets may lie.
 */
export class AzureRedis extends Construct implements Redis {
  readonly redis: ManagedRedis;
  readonly privateLink: PrivateLink;
  readonly secret: AzureSecret;
  readonly endpoint: Endpoint;

  /** @throws CoverstackError when no size has the memory, or the network has no subnet for endpoints */
  constructor(scope: Construct, id: string, azure: AzureContext, props: RedisProps<AzureNetwork>) {
    super(scope, id);
    const { network, memoryGb, highAvailability, protect } = props;
    const config: ManagedRedisConfig = {
      ...azure.home,
      name: globalName(this, azure.suffix, 60),
      skuName: redisSku(memoryGb, this),
      highAvailabilityEnabled: highAvailability,
      publicNetworkAccess: "Disabled",
      defaultDatabase: {
        accessKeysAuthenticationEnabled: true,
        clientProtocol: "Encrypted",
        clusteringPolicy: "NoCluster",
        evictionPolicy: "NoEviction",
      },
      lifecycle: { preventDestroy: protect },
    };
    this.redis = new ManagedRedis(this, "redis", merge(config, azure.overrides.redis?.redis));
    this.privateLink = new PrivateLink(this, "link", azure, {
      network,
      resourceId: this.redis.id,
      service: "redisEnterprise",
      zone: "privatelink.redis.azure.net",
      port: PORT,
    });
    // As it stands in a URL: Azure's keys have characters that mean something there.
    const password = Fn.urlencode(this.redis.defaultDatabase.primaryAccessKey);
    this.secret = new CopiedSecret(this, "secret", azure, Fn.jsonencode({ password }));
    this.endpoint = {
      url: { parts: ["rediss://:", PASSWORD, `@${this.redis.hostname}:${PORT}`] },
      secrets: [{ ...PASSWORD, secret: this.secret.secretId, key: "password" }],
      reach: { cidr: this.privateLink.subnet.cidr, port: PORT },
    };
    if (protect) azure.lock(this, this.redis.id);
  }

  allowFrom(source: AzureSource): void {
    this.privateLink.allowFrom(source);
  }
}
