import { uploadStates } from "./reports.js";
import type { AcceptedUpload } from "./uploader.js";

/** Which uploads were accepted, and what became of them as far as the service was asked. */
export class DeliveredUploads {
  readonly accepted: AcceptedUpload[] = [];
  readonly #count: number;
  readonly #merged = new Set<string>();

  /** @param count how many are to be accepted */
  constructor(count: number) {
    this.#count = count;
  }

  /** Asks for the uploads that are not known to be merged. */
  async look(url: string): Promise<void> {
    for (const sha of new Set(this.notMerged().map((upload) => upload.sha))) {
      for (const [id, state] of await uploadStates(url, sha)) if (state === "merged") this.#merged.add(id);
    }
  }

  notMerged(): readonly AcceptedUpload[] {
    return this.accepted.filter(({ externalId }) => !this.#merged.has(externalId));
  }

  /** Whether all were accepted and are part of their commits' reports. */
  isOver(): boolean {
    return this.accepted.length === this.#count && this.notMerged().length === 0;
  }

  progress(): string {
    const merged = this.accepted.length - this.notMerged().length;
    return `${this.accepted.length} of ${this.#count} uploads accepted, ${merged} merged`;
  }
}
