import { setTimeout as sleep } from "node:timers/promises";
import type { PlannedUpload } from "./workload.js";

/** The token that every role of a run is started with. */
export const TOKEN = "a-token-of-this-run";
export const REPOSITORY = { service: "github", slug: "jane/shop" };

/** How long an answer may take, and how long a client goes on trying, in milliseconds. */
const ANSWER_PATIENCE = 20_000;
const CLIENT_PATIENCE = 180_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1_000;

/** An upload that was answered with success. */
export interface AcceptedUpload {
  readonly sha: string;
  readonly externalId: string;
}

/**
 * A client that does as uploaders do: asks for an address, puts the body there, and repeats a request that had no
 * answer or one of 500 and above. Any other answer is an error: no fault around the service excuses it.
 */
export class Uploader {
  readonly #url: string;
  /** Requests that were repeated. */
  retries = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async deliver({ sha, body }: PlannedUpload): Promise<AcceptedUpload> {
    const query = new URLSearchParams({ ...REPOSITORY, commit: sha, token: TOKEN });
    const answer = await this.#request(`${this.#url}/upload/v4?${query}`, { method: "POST" });
    const target = answer.split("\n")[1];
    await this.#request(target, { method: "PUT", body });
    return { sha, externalId: new URL(target).pathname.split("/").pop()! };
  }

  /** Delivers all, some of them at once. */
  async deliverAll(
    uploads: readonly PlannedUpload[],
    atOnce: number,
    onAccepted: (upload: AcceptedUpload) => void,
  ): Promise<void> {
    const left = uploads.values();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const upload of left) onAccepted(await this.deliver(upload));
      }),
    );
  }

  async #request(url: string, init: RequestInit): Promise<string> {
    const deadline = Date.now() + CLIENT_PATIENCE;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const answer = await ask(url, init);
      if (answer.status === 200) return answer.text;
      const shown = `${init.method} ${new URL(url).pathname}: ${answer.status ?? "no answer"} ${answer.text}`;
      if (answer.status !== null && answer.status < 500) throw new Error(`an upload was refused: ${shown}`);
      if (Date.now() > deadline) throw new Error(`no success within ${CLIENT_PATIENCE} ms: ${shown}`);
      this.retries++;
      await sleep(pause);
    }
  }
}

async function ask(url: string, init: RequestInit): Promise<{ readonly status: number | null; readonly text: string }> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_PATIENCE) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: null, text: String((error as Error).cause ?? error) };
  }
}
