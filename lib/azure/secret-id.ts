import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { AzureContext } from "./context.js";

const RESOURCE_ID =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+))\/secrets\/([^/]+)$/i;
const URL_ID = /^https:\/\/([a-z][a-z0-9-]{1,22}[a-z0-9])\.vault\.azure\.net\/secrets\/([A-Za-z0-9-]+)\/?$/;

/** A secret of Key Vault, under all the names that Azure has for it. */
export interface VaultSecretId {
  readonly vaultId: string;
  readonly name: string;
  /** Its resource id, which rights are given on. */
  readonly resourceId: string;
  /** Its address without a version: always the newest. */
  readonly url: string;
}

/**
 * Understands a resource id (`VAULT-ID/secrets/NAME`) and an address (`https://VAULT.vault.azure.net/secrets/NAME`),
 * whose vault is looked up in the subscription.
 *
 * @throws CoverstackError for anything else
 */
export function vaultSecretId(scope: Construct, id: string, azure: AzureContext): VaultSecretId {
  if (Token.isUnresolved(id)) {
    const [vaultId, name] = [0, 1].map((part) => Token.asString(Fn.element(Fn.split("/secrets/", id), part)));
    return { vaultId, name, resourceId: id, url: address(Token.asString(Fn.element(Fn.split("/", vaultId), 8)), name) };
  }
  const byResource = RESOURCE_ID.exec(id);
  if (byResource) {
    const [, vaultId, vault, name] = byResource;
    return { vaultId, name, resourceId: id, url: address(vault, name) };
  }
  const byUrl = URL_ID.exec(id);
  if (byUrl) {
    const [, vault, name] = byUrl;
    const vaultId = lookUp(scope, vault, azure);
    return { vaultId, name, resourceId: `${vaultId}/secrets/${name}`, url: address(vault, name) };
  }
  throw new CoverstackError(
    {
      what: "a secret on Azure is named by its resource id or its address without a version",
      given: id,
      allowed: "VAULT-ID/secrets/NAME or https://VAULT.vault.azure.net/secrets/NAME",
      fix: "az keyvault show --name VAULT --query id prints VAULT-ID",
    },
    scope,
  );
}

function address(vault: string, name: string): string {
  return `https://${vault}.vault.azure.net/secrets/${name}`;
}

function lookUp(scope: Construct, vault: string, azure: AzureContext): string {
  const id = `vault-${vault}`;
  const found = scope.node.tryFindChild(id) as DataAzurermResources | undefined;
  const { provider } = azure;
  const type = "Microsoft.KeyVault/vaults";
  const resources = found ?? new DataAzurermResources(scope, id, { provider, name: vault, type });
  return resources.resources.get(0).id;
}
