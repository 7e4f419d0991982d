import type { IConstruct } from "constructs";
import type { Identity } from "./identity.js";

/** A private container registry of the account, in which tags never change. */
export interface Registry<I extends Identity = Identity> extends IConstruct {
  /** Host and path that images are pushed under: `HOST/PATH`, without a tag. */
  readonly repository: string;
  /** The host alone. */
  readonly host: string;
  /**
   * A program and its arguments that print a password to push with, for the user below, from the credentials of whoever
   * runs Terraform: the cloud's own command line.
   */
  readonly passwordCommand: readonly string[];
  readonly user: string;
  grantPull(identity: I): void;
}
