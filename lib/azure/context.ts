import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { DataAzurermResourceGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-resource-group";
import { KeyVault, type KeyVaultConfig } from "@cdktf/provider-azurerm/lib/key-vault";
import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import { ManagementLock } from "@cdktf/provider-azurerm/lib/management-lock";
import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { AzurermProvider, type AzurermProviderFeatures } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import type { Construct } from "constructs";
import { bindings } from "../cloud/optional-bindings.js";
import { randomProvider } from "../cloud/random-provider.js";
import { merge } from "../merge.js";
import { checkLocation, zonesOf } from "./locations.js";
import { globalName, resourceName } from "./names.js";
import type { AzureOverrides } from "./overrides.js";

const VAULT_NAME = 24;
const DELETED_VAULT_DAYS = 90;
const LOG_DAYS = 30;

/** The features of the provider that keep what is deleted recoverable and what is private unasked. */
const FEATURES: AzurermProviderFeatures[] = [
  {
    keyVault: [
      {
        purgeSoftDeleteOnDestroy: false,
        purgeSoftDeletedSecretsOnDestroy: false,
        purgeSoftDeletedKeysOnDestroy: false,
        recoverSoftDeletedKeyVaults: true,
      },
    ],
    resourceGroup: [{ preventDeletionIfContainsResources: true }],
    // A storage account that nothing outside the network reaches does not answer the deployer either.
    storage: [{ dataPlaneAvailable: false }],
  },
];

export interface AzureProps {
  /** @default the one that Azure's command line, or the environment, has chosen */
  readonly subscriptionId?: string | undefined;
  /** A region's short name, such as `westeurope`. */
  readonly location: string;
  /** Name of a resource group that is there already. @default a new one */
  readonly resourceGroup?: string | undefined;
  /**
   * Object ids of whoever else runs Terraform, in Entra ID: colleagues, groups, a pipeline. They may read and write the
   * deployment's secrets and keys and administer its cluster, as whoever applies first may.
   *
   * @default none
   */
  readonly operators?: readonly string[] | undefined;
  /** On every resource that can be tagged, besides `Application=coverstack`. @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** A provider that the stack has already. @default a new one */
  readonly provider?: AzurermProvider | undefined;
  /** Laid over the underlying resources, key by key: for what no prop covers. @default none */
  readonly overrides?: AzureOverrides | undefined;
}

/** What all parts on Azure share: where they are put, and what there is one of for all of them. */
export class AzureContext {
  readonly provider: AzurermProvider;
  readonly location: string;
  readonly tags: Record<string, string>;
  readonly overrides: AzureOverrides;
  /** The availability zones of the region. */
  readonly zones: readonly string[];
  readonly #scope: Construct;
  readonly #givenGroup: string | undefined;
  readonly #operators: readonly string[];

  constructor(scope: Construct, props: AzureProps) {
    const { subscriptionId, location, resourceGroup, operators = [], tags, provider, overrides = {} } = props;
    checkLocation(location, scope);
    this.#scope = scope;
    this.location = location;
    this.zones = zonesOf(location);
    this.overrides = overrides;
    this.tags = { Application: "coverstack", ...tags };
    this.provider =
      provider ??
      new AzurermProvider(scope, "provider", {
        features: FEATURES,
        storageUseAzuread: true,
        ...(subscriptionId !== undefined && { subscriptionId }),
      });
    this.#givenGroup = resourceGroup;
    this.#operators = operators;
  }

  get resourceGroupName(): string {
    return this.#givenGroup ?? this.#group.name;
  }

  get resourceGroupId(): string {
    return this.#group.id;
  }

  /** Made when the first part asks for it: a stack that only reads secrets needs none. */
  get #group(): ResourceGroup | DataAzurermResourceGroup {
    const { provider, location, tags } = this;
    const name = this.#givenGroup;
    if (name !== undefined) {
      return once(this.#scope, "existing-group", () => {
        return new DataAzurermResourceGroup(this.#scope, "existing-group", { provider, name });
      });
    }
    return once(this.#scope, "resource-group", () => {
      const config = { provider, location, tags, name: resourceName(this.#scope, 90) };
      return new ResourceGroup(this.#scope, "resource-group", config);
    });
  }

  /** The arguments that every resource has. */
  get home() {
    const { provider, location, resourceGroupName, tags } = this;
    return { provider, location, resourceGroupName, tags };
  }

  /** Eight characters that no other deployment has, for names that are unique in all of Azure. */
  get suffix(): string {
    const id = once(this.#scope, "suffix", () => {
      const provider = randomProvider(this.#scope);
      const { Id } = bindings.randomId();
      return new Id(this.#scope, "suffix", { provider, byteLength: 4 });
    });
    return id.hex;
  }

  /** Whoever runs Terraform. */
  get deployer(): DataAzurermClientConfig {
    return once(this.#scope, "deployer", () => {
      return new DataAzurermClientConfig(this.#scope, "deployer", { provider: this.provider });
    });
  }

  /** The one vault for all secrets; rights are given secret by secret. */
  get vault(): KeyVault {
    return once(this.#scope, "vault", () => {
      // Given for the resource group and before the vault, so that the right has arrived when the first secret is written.
      const writer = this.deployerRole("write-secrets", "Key Vault Secrets Officer");
      const config: KeyVaultConfig = {
        ...this.home,
        name: globalName(this.#scope, this.suffix, VAULT_NAME),
        tenantId: this.deployer.tenantId,
        skuName: "standard",
        rbacAuthorizationEnabled: true,
        purgeProtectionEnabled: true,
        softDeleteRetentionDays: DELETED_VAULT_DAYS,
        // Deployers and machines call it from anywhere; who has no right to a secret gets none.
        networkAcls: { defaultAction: "Allow", bypass: "AzureServices" },
        dependsOn: [writer],
      };
      return new KeyVault(this.#scope, "vault", merge(config, this.overrides.secret?.vault));
    });
  }

  /** Gives whoever runs Terraform, and the other operators, a role in the resource group, once. */
  deployerRole(id: string, roleDefinitionName: string, scope: string = this.resourceGroupId): RoleAssignment {
    return once(this.#scope, id, () => {
      const { provider, deployer } = this;
      for (const principalId of this.#operators) {
        const own = { provider, scope, roleDefinitionName, principalId };
        new RoleAssignment(this.#scope, `${id}-by-${principalId}`, own);
      }
      return new RoleAssignment(this.#scope, id, {
        provider,
        scope,
        roleDefinitionName,
        principalId: deployer.objectId,
        // Whoever applied first keeps it: another one's plan must neither move it nor lock the first one out.
        lifecycle: { ignoreChanges: ["principal_id"] },
      });
    });
  }

  /** A private DNS zone that parts share, by its name. */
  privateZone(id: string, name: string): PrivateDnsZone {
    return once(this.#scope, id, () => {
      const { provider, resourceGroupName, tags } = this;
      return new PrivateDnsZone(this.#scope, id, { provider, resourceGroupName, tags, name });
    });
  }

  /** Sends a resource's logs and measurements to the deployment's workspace. */
  log(scope: Construct, targetResourceId: string, categories: readonly string[]): MonitorDiagnosticSetting {
    const workspace = once(this.#scope, "logs", () => {
      return new LogAnalyticsWorkspace(this.#scope, "logs", {
        ...this.home,
        name: resourceName(this.#scope),
        sku: "PerGB2018",
        retentionInDays: LOG_DAYS,
      });
    });
    return new MonitorDiagnosticSetting(scope, "logs", {
      provider: this.provider,
      name: "coverstack",
      targetResourceId,
      logAnalyticsWorkspaceId: workspace.id,
      enabledLog: categories.map((category) => ({ category })),
      enabledMetric: [{ category: "AllMetrics" }],
    });
  }

  /** Makes Azure, too, refuse to delete a resource. */
  lock(scope: Construct, resourceId: string): ManagementLock {
    return new ManagementLock(scope, "lock", {
      provider: this.provider,
      name: "coverstack",
      scope: resourceId,
      lockLevel: "CanNotDelete",
      notes: `protects ${scope.node.path}`,
    });
  }
}

function once<C extends Construct>(scope: Construct, id: string, make: () => C): C {
  return (scope.node.tryFindChild(id) as C | undefined) ?? make();
}
