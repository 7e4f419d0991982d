import { ContainerRegistry, type ContainerRegistryConfig } from "@cdktf/provider-azurerm/lib/container-registry";
import { Construct } from "constructs";
import type { Registry } from "../cloud/registry.js";
import { merge } from "../merge.js";
import type { AzureContext } from "./context.js";
import type { AzureIdentity } from "./identity.js";
import { globalWord } from "./names.js";

const UNTAGGED_DAYS = 14;

/**
 * Azure Container Registry, Premium, since only that removes untagged images by itself. Azure locks tags image by image,
 * not registry by registry: who pushes makes a tag final with `az acr repository update --write-enabled false`. Defender
 * for Containers scans what is pushed where the subscription has it.
 */
export class AzureRegistry extends Construct implements Registry<AzureIdentity> {
  readonly registry: ContainerRegistry;
  readonly user = "00000000-0000-0000-0000-000000000000";
  readonly #azure: AzureContext;

  constructor(scope: Construct, id: string, azure: AzureContext) {
    super(scope, id);
    this.#azure = azure;
    const config: ContainerRegistryConfig = {
      ...azure.home,
      name: globalWord(this, azure.suffix, 50),
      sku: "Premium",
      adminEnabled: false,
      anonymousPullEnabled: false,
      retentionPolicyInDays: UNTAGGED_DAYS,
      zoneRedundancyEnabled: azure.zones.length > 0,
    };
    this.registry = new ContainerRegistry(this, "registry", merge(config, azure.overrides.registry?.registry));
  }

  get host(): string {
    return this.registry.loginServer;
  }

  get repository(): string {
    return `${this.host}/coverstack`;
  }

  get passwordCommand(): readonly string[] {
    const { name } = this.registry;
    return ["az", "acr", "login", "--name", name, "--expose-token", "--query", "accessToken", "--output", "tsv"];
  }

  grantPull(identity: AzureIdentity): void {
    identity.grant(this, { verb: "pull", role: "AcrPull", on: this.registry.id }, this.#azure);
  }
}
