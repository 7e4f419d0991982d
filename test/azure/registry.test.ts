import { describe, expect, it } from "vitest";
import { someMachine, synthAzure } from "../support/azure.js";
import { only } from "../support/synth.js";

describe("a registry on Azure", () => {
  const stack = synthAzure((bench) => {
    bench.cloud.registry(bench.stack, "registry").grantPull(someMachine(bench).identity);
  });
  const registry = only(stack, "azurerm_container_registry");

  it("is entered by identities only (5)", () => {
    expect(registry).toMatchObject({ admin_enabled: false, anonymous_pull_enabled: false });
    expect(registry.name).toMatch(/^[a-z0-9]+\$\{random_id\.azure_suffix_\w+\.hex\}$/);
  });

  it("removes images that lost their tag, and lies in several zones", () => {
    expect(registry).toMatchObject({ sku: "Premium", retention_policy_in_days: 14, zone_redundancy_enabled: true });
  });

  it("lets an identity pull from itself alone (33)", () => {
    const role = only(stack, "azurerm_role_assignment");
    expect(role.role_definition_name).toBe("AcrPull");
    expect(role.scope).toMatch(/^\$\{azurerm_container_registry\.registry_\w+\.id\}$/);
  });
});
