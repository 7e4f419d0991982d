import { CoverstackError } from "../errors.js";

/** A secret that already lies in the cloud's secret manager. The value is fetched by machines at boot, never at synth. */
export class SecretReference {
  /**
   * @param id what the cloud calls it: on AWS the full ARN of a Secrets Manager secret
   * @param key the field to take from a secret that holds a JSON object. @default the whole text
   */
  static of(id: string, key?: string): SecretReference {
    return new SecretReference(id, key);
  }

  private constructor(
    readonly id: string,
    readonly key: string | undefined,
  ) {
    if (!id.trim()) throw new CoverstackError({ what: "a secret reference needs the secret's id", given: id });
  }

  /** Refuses a single field where several are taken. */
  mustBeWhole(what: string): void {
    if (this.key === undefined) return;
    throw new CoverstackError({
      what: `${what} are more than one field of a secret`,
      given: this.key,
      fix: "leave out the key",
    });
  }
}
