import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { Registry } from "../cloud/registry.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { ServiceImage } from "../workload/service-image.js";
import { ImageBuild } from "./image-build.js";

/** An image that machines can pull. */
export interface ResolvedImage {
  readonly reference: string;
  readonly registryHost: string;
  /** What to log in to the registry with. @default it is public, or the account's own */
  readonly credentials: SecretReference | undefined;
  /** Whether the registry is the account's own, which machines log in to as who they are. */
  readonly needsIdentityLogin: boolean;
  /** What must be there before a machine pulls. */
  readonly dependencies: readonly TerraformResource[];
}

/** @param registry makes the account's registry; called only for an image that is pushed there */
export function resolveImage(image: ServiceImage, scope: Construct, registry: () => Registry): ResolvedImage {
  const { source } = image;
  if (source.kind === "registry") {
    const { reference, credentials, host } = source;
    return {
      reference,
      registryHost: host,
      credentials,
      needsIdentityLogin: false,
      dependencies: [],
    };
  }
  const own = registry();
  const { reference, push } = new ImageBuild(scope, "image", { ...source, registry: own });
  return {
    reference,
    registryHost: own.host,
    credentials: undefined,
    needsIdentityLogin: true,
    dependencies: [push],
  };
}
