import { CoverstackError } from "../errors.js";
import type { SecretReference } from "./secret-reference.js";
import { isToken } from "./token.js";

export interface RegistryOptions {
  /** A secret with the fields `username` and `password`. @default the registry is public */
  readonly credentials?: SecretReference | undefined;
}

const REFERENCE =
  /^(?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/;

/** The container image of the coverage service. */
export class ServiceImage {
  /**
   * An image that machines pull: `registry.example.com/coverstack:0.1.0`.
   *
   * @throws CoverstackError when it names no tag or digest, or is no image reference
   */
  static fromRegistry(reference: string, options: RegistryOptions = {}): ServiceImage {
    options.credentials?.mustBeWhole("registry credentials");
    if (isToken(reference)) return new ServiceImage(reference, options.credentials);
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
    return new ServiceImage(reference, options.credentials);
  }

  private constructor(
    readonly reference: string,
    readonly credentials: SecretReference | undefined,
  ) {}

  /** The registry's host. */
  get registry(): string {
    const [first, ...rest] = this.reference.split("/");
    return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
  }
}
