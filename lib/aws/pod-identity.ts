import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import type { ServiceAccountName } from "../cloud/cluster.js";
import { AwsRole } from "./identity.js";

/** The role that EKS hands to the pods of a service account. */
export function podIdentity(
  scope: Construct,
  id: string,
  provider: AwsProvider,
  clusterName: string,
  { namespace, name }: ServiceAccountName,
): AwsRole {
  const identity = new AwsRole(scope, id, provider, "pods.eks.amazonaws.com");
  new EksPodIdentityAssociation(identity, "association", {
    provider,
    clusterName,
    namespace,
    serviceAccount: name,
    roleArn: identity.role.arn,
  });
  return identity;
}
