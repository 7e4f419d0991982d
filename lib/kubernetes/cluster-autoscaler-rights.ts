/** Name of the autoscaler's lease, and of everything else that is its own. */
export const CLUSTER_AUTOSCALER = "cluster-autoscaler";

const LOOK = ["get", "list", "watch"];

/** What it may do in the whole cluster: look at what decides about nodes, and empty them. */
export const CLUSTER_RULES = [
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: [""], resources: ["nodes"], verbs: [...LOOK, "update"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["pods/status"], verbs: ["update"] },
  {
    apiGroups: [""],
    resources: [
      "namespaces",
      "pods",
      "services",
      "replicationcontrollers",
      "persistentvolumeclaims",
      "persistentvolumes",
    ],
    verbs: LOOK,
  },
  { apiGroups: ["apps"], resources: ["daemonsets", "replicasets", "statefulsets"], verbs: LOOK },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: LOOK },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: LOOK },
  { apiGroups: ["resource.k8s.io"], resources: ["deviceclasses", "resourceclaims", "resourceslices"], verbs: LOOK },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["storageclasses", "csinodes", "csidrivers", "csistoragecapacities", "volumeattachments"],
    verbs: LOOK,
  },
];

/** And in its own namespace: agree on who leads, and note how things are. */
export const OWN_RULES = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    resourceNames: [CLUSTER_AUTOSCALER],
    verbs: ["get", "update"],
  },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
  {
    apiGroups: [""],
    resources: ["configmaps"],
    resourceNames: [`${CLUSTER_AUTOSCALER}-status`],
    verbs: ["get", "update", "delete"],
  },
];
