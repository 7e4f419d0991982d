import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import type { Construct } from "constructs";
import type { PodIdentity, ServiceAccountName } from "../cloud/cluster.js";
import type { AzureContext } from "./context.js";
import { ManagedIdentity } from "./identity.js";

/** An identity that exactly the pods of one service account of one cluster may take on. */
export function podIdentity(
  scope: Construct,
  id: string,
  { issuer, account }: { readonly issuer: string; readonly account: ServiceAccountName },
  azure: AzureContext,
): PodIdentity<ManagedIdentity> {
  const identity = new ManagedIdentity(scope, id, azure);
  new FederatedIdentityCredential(identity, "pods", {
    provider: azure.provider,
    resourceGroupName: azure.resourceGroupName,
    name: `${account.namespace}-${account.name}`,
    parentId: identity.resourceId,
    issuer,
    subject: `system:serviceaccount:${account.namespace}:${account.name}`,
    audience: ["api://AzureADTokenExchange"],
  });
  return {
    identity,
    annotations: { "azure.workload.identity/client-id": identity.clientId },
    podLabels: { "azure.workload.identity/use": "true" },
  };
}
