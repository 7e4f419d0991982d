import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { Azure } from "../../lib/azure/index.js";
import { synthAzure } from "../support/azure.js";
import { all, only, synth } from "../support/synth.js";

describe("Azure", () => {
  const stack = synthAzure(({ stack, cloud }) => cloud.secret(stack, "secret", { generate: { token: 20 } }), {
    azure: { subscriptionId: "00000000-0000-0000-0000-000000000001", tags: { Team: "quality" } },
  });

  it("puts everything into one resource group, which does not go while something is in it", () => {
    expect(only(stack, "azurerm_resource_group")).toMatchObject({
      location: "westeurope",
      tags: { Application: "coverstack", Team: "quality" },
    });
    expect(stack.provider.azurerm).toMatchObject([
      {
        subscription_id: "00000000-0000-0000-0000-000000000001",
        features: [{ resource_group: [{ prevent_deletion_if_contains_resources: true }] }],
      },
    ]);
  });

  it("tags whatever can be tagged", () => {
    for (const type of [
      "azurerm_virtual_network",
      "azurerm_key_vault",
      "azurerm_key_vault_secret",
      "azurerm_public_ip",
    ]) {
      for (const resource of all(stack, type)) expect(resource.tags).toMatchObject({ Team: "quality" });
    }
  });

  it("reaches storage by Entra ID and never by an account's keys (5)", () => {
    expect(stack.provider.azurerm[0].storage_use_azuread).toBe(true);
  });

  it("makes nothing in a stack that only reads what another has made", () => {
    const second = synth((stack) => {
      const cloud = new Azure(stack, "azure", { location: "westeurope" });
      cloud.secretValue(stack, "value", { secret: `${VAULT}/secrets/token`, key: "token" });
    });
    expect(second.resource).toEqual({});
    expect(second.ephemeral.azurerm_key_vault_secret).toEqual({
      _value: { key_vault_id: VAULT, name: "token", provider: "azurerm" },
    });
  });

  it("works in a group and through a provider that are there already", () => {
    const given = synth((stack) => {
      const provider = new AzurermProvider(stack, "theirs", { features: [{}], alias: "coverage" });
      const cloud = new Azure(stack, "azure", { location: "westeurope", provider, resourceGroup: "coverage" });
      cloud.network(stack, "network");
    });
    expect(given.provider.azurerm).toHaveLength(1);
    expect(all(given, "azurerm_resource_group")).toEqual([]);
    expect(only(given, "azurerm_virtual_network")).toMatchObject({
      provider: "azurerm.coverage",
      resource_group_name: "coverage",
    });
  });

  it("lays overrides over the underlying resources and keeps what they do not name", () => {
    const overridden = synthAzure(() => {}, {
      azure: { overrides: { network: { vnet: { flowTimeoutInMinutes: 10 } } } },
    });
    expect(only(overridden, "azurerm_virtual_network")).toMatchObject({
      flow_timeout_in_minutes: 10,
      address_space: ["10.0.0.0/16"],
    });
  });

  it("fails for what is no region, and for a subscription besides a provider (51)", () => {
    expect(() => synthAzure(() => {}, { azure: { location: "West Europe" } })).toThrow(
      `[single-vm-aws/azure] 'location' must be an Azure region's short name, got "West Europe"; allowed: such as westeurope`,
    );
    expect(() => {
      const stack = new TerraformStack(Testing.app(), "stack");
      const provider = new AzurermProvider(stack, "theirs", { features: [{}] });
      new Azure(stack, "azure", { location: "westeurope", provider, subscriptionId: "1" });
    }).toThrow("'subscriptionId' and 'provider' exclude each other");
  });
});

const VAULT = "/subscriptions/1/resourceGroups/theirs/providers/Microsoft.KeyVault/vaults/theirs";
