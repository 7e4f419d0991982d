import type { Role } from "../workload/roles.js";
import type { Place } from "./place.js";
import type { KubernetesWorkloadProps, PodMarks } from "./props.js";
import type { Resources } from "./resources.js";
import { serviceAccount } from "./service-account.js";
import type { RolePod } from "./service-pod.js";

const NOBODY: PodMarks = { annotations: {}, podLabels: {} };

/** What sets a role's pods apart, their service account among it. */
export function rolePod(place: Place, role: Role, resources: Resources, props: KubernetesWorkloadProps): RolePod {
  const { podIdentities, dnsOverTcp = false, overrides } = props;
  const { annotations, podLabels } = podIdentities?.[role] ?? NOBODY;
  const account = serviceAccount(place, role, role, annotations, overrides?.serviceAccounts?.[role]);
  return { account, labels: podLabels, resources, dnsOverTcp: role === "worker" && dnsOverTcp };
}
