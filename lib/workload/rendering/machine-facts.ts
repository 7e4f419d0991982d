/** What only the cloud knows of a machine that is to boot. */
export interface MachineFacts {
  /** The disk for Docker's data, as a path that is there once it is attached; none: the root disk holds it. */
  readonly dataDevice?: string | undefined;
  /** Packages that the programs below need. */
  readonly packages: readonly string[];
  /** A program that prints the text of the secret whose id is its first argument. */
  readonly readSecret: string;
  /**
   * A program that prints a JSON object with `username` and `password` for the registry host in its first argument, from
   * the machine's own identity.
   */
  readonly registryLogin: string;
}
