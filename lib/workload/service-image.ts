import { CoverstackError } from "../errors.js";
import type { SecretReference } from "./secret-reference.js";
import { isToken } from "./token.js";

export interface RegistryOptions {
  /** A secret with the fields `username` and `password`. @default the registry is public */
  readonly credentials?: SecretReference | undefined;
}

export type ImageBuilder = "docker" | "podman" | "buildah";

export interface BundledOptions {
  /** The program that builds, on the machine that runs Terraform. @default "docker" */
  readonly builder?: ImageBuilder | undefined;
  /** What the machines are that run it. @default "linux/amd64" */
  readonly platform?: string | undefined;
}

/** An image that is in a registry. */
export interface RegistryImage {
  readonly reference: string;
  /** The registry's host. */
  readonly host: string;
  readonly credentials: SecretReference | undefined;
}

/** An image that is built from the service's source and pushed to the account's registry. */
export interface BundledImage {
  readonly builder: ImageBuilder;
  readonly platform: string;
}

const BUILDERS: readonly string[] = ["docker", "podman", "buildah"] satisfies readonly ImageBuilder[];
const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/;
const REFERENCE =
  /^(?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/;

/** The container image of the coverage service. */
export class ServiceImage {
  /**
   * An image that machines pull: `registry.example.com/coverstack:0.1.0`.
   *
   * @throws CoverstackError when it names no tag or digest, or is no image reference
   */
  static fromRegistry(reference: string, { credentials }: RegistryOptions = {}): ServiceImage {
    credentials?.mustBeWhole("registry credentials");
    if (!isToken(reference)) checkReference(reference);
    return new ServiceImage({ kind: "registry", reference, host: host(reference), credentials });
  }

  /**
   * The service of this very release: built from its source while Terraform applies, and pushed to a registry of the
   * account that only the service's machines pull from. Built once for each content: an unchanged service has the same
   * tag in every environment, and is not built again.
   *
   * @throws CoverstackError on an unknown builder or a platform that is none
   */
  static bundled({ builder = "docker", platform = "linux/amd64" }: BundledOptions = {}): ServiceImage {
    if (!BUILDERS.includes(builder)) {
      throw new CoverstackError({ what: "'builder' is not known", given: builder, allowed: BUILDERS.join(", ") });
    }
    if (!PLATFORM.test(platform)) {
      const allowed = "OS/ARCHITECTURE, such as linux/amd64";
      throw new CoverstackError({ what: "'platform' must be a platform", given: platform, allowed });
    }
    return new ServiceImage({ kind: "bundled", builder, platform });
  }

  private constructor(
    readonly source: ({ readonly kind: "registry" } & RegistryImage) | ({ readonly kind: "bundled" } & BundledImage),
  ) {}
}

function checkReference(reference: string): void {
  if (!REFERENCE.test(reference)) {
    throw new CoverstackError({
      what: "image must be a container image reference",
      given: reference,
      allowed: "[registry[:port]/]name:tag or [registry[:port]/]name@sha256:digest",
    });
  }
  if (!/:[^/]+$/.test(reference)) {
    throw new CoverstackError({
      what: "image must name a tag or a digest",
      given: reference,
      fix: `pin it, for example ${reference}:0.1.0, so that a restart cannot change the version`,
    });
  }
}

function host(reference: string): string {
  const [first, ...rest] = reference.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}
