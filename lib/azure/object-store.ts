import { StorageAccount, type StorageAccountConfig } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { ObjectStore, ObjectStoreProps } from "../cloud/object-store.js";
import { merge } from "../merge.js";
import type { ObjectStoreSettings } from "../workload/service-settings.js";
import type { AzureContext } from "./context.js";
import type { AzureSource } from "./firewall.js";
import type { AzureIdentity } from "./identity.js";
import { globalWord } from "./names.js";
import type { AzureNetwork } from "./network.js";
import { PrivateLink } from "./private-link.js";

const CONTAINER = "archive";

/** A storage account that only the network reaches, by Entra ID only: it has no keys. */
export class AzureObjectStore extends Construct implements ObjectStore<AzureIdentity> {
  readonly account: StorageAccount;
  readonly container: StorageContainer;
  readonly lifecyclePolicy: StorageManagementPolicy;
  readonly privateLink: PrivateLink;
  readonly #azure: AzureContext;

  /** @throws CoverstackError on days beyond 1 to 365, or a network without a subnet for endpoints */
  constructor(scope: Construct, id: string, azure: AzureContext, props: ObjectStoreProps<AzureNetwork>) {
    super(scope, id);
    const { network, keepVersionsDays, protect } = props;
    checkWhole(keepVersionsDays, "keepVersionsDays", { unit: "days", least: 1, most: 365 }, this);
    this.#azure = azure;
    const { provider } = azure;
    const config: StorageAccountConfig = {
      ...azure.home,
      name: globalWord(this, azure.suffix, 24),
      accountKind: "StorageV2",
      accountTier: "Standard",
      accountReplicationType: azure.zones.length > 0 ? "ZRS" : "LRS",
      minTlsVersion: "TLS1_2",
      httpsTrafficOnlyEnabled: true,
      allowNestedItemsToBePublic: false,
      sharedAccessKeyEnabled: false,
      defaultToOauthAuthentication: true,
      localUserEnabled: false,
      crossTenantReplicationEnabled: false,
      infrastructureEncryptionEnabled: true,
      publicNetworkAccessEnabled: false,
      networkRules: { defaultAction: "Deny", bypass: ["AzureServices"] },
      blobProperties: {
        versioningEnabled: true,
        deleteRetentionPolicy: { days: keepVersionsDays },
        containerDeleteRetentionPolicy: { days: keepVersionsDays },
      },
      lifecycle: { preventDestroy: protect },
    };
    this.account = new StorageAccount(this, "account", merge(config, azure.overrides.objectStore?.account));
    this.container = new StorageContainer(this, "container", {
      provider,
      name: CONTAINER,
      storageAccountId: this.account.id,
      containerAccessType: "private",
      lifecycle: { preventDestroy: protect },
    });
    // Blocks of an upload that was never finished are gone after a week by themselves.
    this.lifecyclePolicy = new StorageManagementPolicy(this, "lifecycle", {
      provider,
      storageAccountId: this.account.id,
      rule: [
        {
          name: "old-versions",
          enabled: true,
          filters: { blobTypes: ["blockBlob"] },
          actions: {
            version: { deleteAfterDaysSinceCreation: keepVersionsDays },
            snapshot: { deleteAfterDaysSinceCreationGreaterThan: keepVersionsDays },
          },
        },
      ],
    });
    this.privateLink = new PrivateLink(this, "link", azure, {
      network,
      resourceId: this.account.id,
      service: "blob",
      zone: "privatelink.blob.core.windows.net",
      port: 443,
    });
  }

  get settings(): ObjectStoreSettings {
    const account_url = `https://${this.account.primaryBlobHost}`;
    return { chosen_storage: "azure", azure: { account_url, container: CONTAINER } };
  }

  grantReadWrite(identity: AzureIdentity): void {
    const role = "Storage Blob Data Contributor";
    const grant = { verb: "write", role, on: this.container.id, after: [this.privateLink.endpoint] };
    identity.grant(this, grant, this.#azure);
  }

  allowFrom(source: AzureSource): void {
    this.privateLink.allowFrom(source);
  }
}
