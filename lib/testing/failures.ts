import type { TerraformEvent } from "./terraform.js";

/** The changes that the simulated clouds are to refuse, each once. */
export class Failures {
  readonly #targets = new Set<string>();
  readonly #begun: string[] = [];
  #asked = 0;
  #wake: (() => void) | undefined;

  /** @param target a resource's address or a resource type */
  add(target: string): void {
    this.#targets.add(target);
  }

  /**
   * Whether a refusal waits for one resource. Terraform tells providers types, not addresses: which resource a call is for
   * is known from the events alone, when resources change one after the other.
   */
  get needsOneByOne(): boolean {
    return [...this.#targets].some(isAddress);
  }

  beginRun(): void {
    this.#begun.length = 0;
    this.#asked = 0;
  }

  observe({ type, hook }: TerraformEvent): void {
    if (type !== "apply_start" || hook === undefined || hook.action === "read") return;
    if (hook.resource.resource_type.startsWith("terraform_")) return;
    this.#begun.push(hook.resource.addr);
    this.#wake?.();
  }

  /** Why a change is refused; undefined when it is not. */
  async refuse(type: string): Promise<string | undefined> {
    const position = this.#asked++;
    const target = this.needsOneByOne && !this.#targets.has(type) ? await this.#addressAt(position) : type;
    return this.#targets.delete(target)
      ? `refused this once, as the rehearsal was told to with failOnce("${target}")`
      : undefined;
  }

  async #addressAt(position: number): Promise<string> {
    while (this.#begun.length <= position) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#begun[position];
  }
}

function isAddress(target: string): boolean {
  return target.includes(".");
}
