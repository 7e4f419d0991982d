import { describe, expect, it } from "vitest";
import type { AzureObjectStore } from "../../lib/azure/index.js";
import { rules, someMachine, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const made = (keepVersionsDays: number, protect = false, location = "westeurope") =>
  synthAzure(
    ({ stack, cloud, network }) => {
      cloud.objectStore(stack, "object-store", { network, keepVersionsDays, protect });
    },
    { azure: { location }, network: { zones: 1 } },
  );

describe("an object store on Azure", () => {
  let store: AzureObjectStore | undefined;
  const stack = synthAzure((bench) => {
    const { stack, cloud, network } = bench;
    store = cloud.objectStore(stack, "object-store", { network, keepVersionsDays: 30, protect: true });
    const machine = someMachine(bench);
    store.allowFrom(machine);
    store.grantReadWrite(machine.identity);
  });
  const account = only(stack, "azurerm_storage_account");

  it("cannot be made public, and no key opens it (15, 5)", () => {
    expect(account).toMatchObject({
      allow_nested_items_to_be_public: false,
      public_network_access_enabled: false,
      network_rules: { default_action: "Deny" },
      shared_access_key_enabled: false,
      default_to_oauth_authentication: true,
      local_user_enabled: false,
    });
    expect(only(stack, "azurerm_storage_container").container_access_type).toBe("private");
  });

  it("takes current TLS only and encrypts twice (6, F8)", () => {
    expect(account).toMatchObject({
      min_tls_version: "TLS1_2",
      https_traffic_only_enabled: true,
      infrastructure_encryption_enabled: true,
    });
  });

  it("keeps replaced and deleted versions for as long as was asked (13, 14)", () => {
    expect(account.blob_properties).toMatchObject({
      versioning_enabled: true,
      delete_retention_policy: { days: 30 },
      container_delete_retention_policy: { days: 30 },
    });
    expect(only(stack, "azurerm_storage_management_policy").rule).toMatchObject([
      { enabled: true, actions: { version: { delete_after_days_since_creation: 30 } } },
    ]);
  });

  it("lies in three zones where the region has them", () => {
    expect(account.account_replication_type).toBe("ZRS");
    expect(only(made(7, false, "westus"), "azurerm_storage_account").account_replication_type).toBe("LRS");
  });

  it("lets an identity into its one container, from where it was allowed (5, G13)", () => {
    const [role] = all(stack, "azurerm_role_assignment");
    expect(role.role_definition_name).toBe("Storage Blob Data Contributor");
    expect(role.scope).toMatch(/^\$\{azurerm_storage_container\.object-store_container_\w+\.id\}$/);
    expect(rules(stack, "network_endpoint")).toContain("Inbound Allow machine → object-store_link 443");
    expect(only(stack, "azurerm_private_dns_zone").name).toBe("privatelink.blob.core.windows.net");
  });

  it("tells the service where it is, and no secret (F13)", () => {
    expect(store!.settings).toMatchObject({ chosen_storage: "azure", azure: { container: "archive" } });
  });

  it("is not destroyed by Terraform when it is protected, and has no lock that would hold its role assignments (40)", () => {
    expect(account.lifecycle).toEqual({ prevent_destroy: true });
    expect(only(made(7), "azurerm_storage_account").lifecycle).toEqual({ prevent_destroy: false });
    expect(all(stack, "azurerm_management_lock")).toEqual([]);
  });

  it.each([0, 1.5, 366])("fails for versions kept for %d days (51)", (days) => {
    expect(() => made(days)).toThrow("'keepVersionsDays' is out of range");
  });
});
