import type { Construct } from "constructs";
import type { Cloud, Parts } from "../cloud/cloud.js";
import { resolveImage } from "../delivery/resolve-image.js";
import type { BootSecrets } from "../workload/boot-secrets.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { ServiceImage } from "../workload/service-image.js";

/** The service's image as machines and pods pull it. */
export interface PulledImage<P extends Parts = Parts> {
  readonly reference: string;
  /** What a machine logs in to before it pulls. */
  readonly logins: BootSecrets["registries"];
  readonly registryHost: string;
  /** A secret with `username` and `password`, where the registry asks for one. */
  readonly credentials: SecretReference | undefined;
  grantPull(identity: P["identity"]): void;
}

export function pulledImage<P extends Parts>(scope: Construct, cloud: Cloud<P>, image: ServiceImage): PulledImage<P> {
  let registry: P["registry"] | undefined;
  const resolved = resolveImage(image, scope, () => {
    registry = cloud.registry(scope, "registry");
    return registry;
  });
  const { reference, registryHost, credentials, needsIdentityLogin, dependencies } = resolved;
  const secret = credentials && cloud.existingSecret(scope, "registry-credentials", credentials);
  const login = { server: registryHost, ...(credentials && { secret: credentials.id }) };
  return {
    reference,
    logins: credentials || needsIdentityLogin ? [login] : [],
    registryHost,
    credentials,
    grantPull(identity) {
      secret?.grantRead(identity);
      registry?.grantPull(identity);
      identity.startAfter(...dependencies);
    },
  };
}
