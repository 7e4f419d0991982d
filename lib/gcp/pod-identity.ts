import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { PodIdentity, ServiceAccountName } from "../cloud/cluster.js";
import { GcpServiceAccount } from "./identity.js";
import type { GcpProject } from "./project.js";

/** The project's pool of identities that clusters hand out; it is there once the first cluster is. */
export function workloadPool({ project }: GcpProject): string {
  return `${project}.svc.id.goog`;
}

/** A service account of Google's that pods of one service account of Kubernetes act as. */
export function podIdentity(
  scope: Construct,
  id: string,
  project: GcpProject,
  { namespace, name }: ServiceAccountName,
  dependsOn: ITerraformDependable[],
): PodIdentity<GcpServiceAccount> {
  const identity = new GcpServiceAccount(scope, id, project);
  new ServiceAccountIamMember(identity, "pods", {
    provider: project.provider,
    serviceAccountId: identity.account.name,
    role: "roles/iam.workloadIdentityUser",
    member: `serviceAccount:${workloadPool(project)}[${namespace}/${name}]`,
    dependsOn,
  });
  return { identity, annotations: { "iam.gke.io/gcp-service-account": identity.email }, podLabels: {} };
}
