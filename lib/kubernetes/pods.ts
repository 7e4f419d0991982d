/** No one, in images that come without a user of their own. */
export const NOBODY = "65534";

/** The volume that stands in for the file system, which is read-only. */
const TEMPORARY = "tmp";

/** What the "restricted" level of pod security asks of a pod. */
export function podSecurity(user: string) {
  return { runAsNonRoot: true, runAsUser: user, runAsGroup: user, seccompProfile: { type: "RuntimeDefault" } };
}

/** And of each container, with a file system that cannot be written. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
};

/** A node that could be emptied is, even though pods keep passing data on it (K4). */
export const EVICTABLE = { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": TEMPORARY };

export function temporaryVolume(sizeLimit: string) {
  return { name: TEMPORARY, emptyDir: { sizeLimit } };
}

export const TEMPORARY_MOUNT = { name: TEMPORARY, mountPath: "/tmp" };
