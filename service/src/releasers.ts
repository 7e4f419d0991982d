/** What was opened, to be closed in the opposite order. */
export class Releasers {
  readonly #stack: (() => unknown)[] = [];

  add(release: () => unknown): void {
    this.#stack.push(release);
  }

  /** Closes everything, also when something fails to close; throws the first failure. */
  async release(): Promise<void> {
    const failures: unknown[] = [];
    for (let release = this.#stack.pop(); release; release = this.#stack.pop()) {
      try {
        await release();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
