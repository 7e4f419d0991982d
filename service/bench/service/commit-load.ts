import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { RunningRoles } from "./running-roles.js";
import type { SessionReport } from "./session-reports.js";
import { UploadClient } from "./upload-client.js";

const CONNECTIONS = 32;
const POLL_MILLISECONDS = 20;

interface Done {
  /** Milliseconds from the answer to the upload to the commit's totals. */
  readonly delay: number;
  /** When they were there, by `performance.now()`. */
  readonly at: number;
}

/** Commits of one report each, followed from their upload to their totals. */
export class CommitLoad {
  /** SHAs of commits whose totals are not those of their report. */
  readonly wrong: string[] = [];
  readonly #prefix: string;
  readonly #roles: RunningRoles;
  readonly #reports: readonly SessionReport[];
  readonly #client: UploadClient;
  readonly #uploads: Promise<void>[] = [];
  /** By SHA: when the upload was answered, and what is to come of it. */
  readonly #awaited = new Map<string, { readonly answered: number; readonly report: SessionReport }>();
  readonly #done: Done[] = [];
  readonly #watching: Promise<void>;
  #finishing = false;

  /** @param prefix of the commits' SHAs, a hexadecimal digit */
  constructor(prefix: string, roles: RunningRoles, reports: readonly SessionReport[]) {
    this.#prefix = prefix;
    this.#roles = roles;
    this.#reports = reports;
    this.#client = new UploadClient(roles.api.url, CONNECTIONS);
    this.#watching = this.#watch();
  }

  get underWay(): number {
    return this.#uploads.length - this.#done.length;
  }

  /** Uploads the report of one more commit; resolves once that is answered. */
  send(): Promise<void> {
    const number = this.#uploads.length;
    const upload = this.#upload(number);
    // Whoever finishes hears of a failure; until then it must not count as unhandled.
    upload.catch(() => {});
    this.#uploads.push(upload);
    return upload;
  }

  /** Waits for the totals of all commits. @throws Error when an upload failed */
  async finish(): Promise<readonly Done[]> {
    this.#finishing = true;
    await Promise.all(this.#uploads);
    await this.#watching;
    this.#client.close();
    return this.#done;
  }

  async #upload(number: number): Promise<void> {
    const sha = this.#prefix + `${number}`.padStart(39, "0");
    const report = this.#reports[number % this.#reports.length];
    await this.#client.upload({ commit: sha, branch: "main" }, report.body);
    this.#awaited.set(sha, { answered: performance.now(), report });
  }

  async #watch(): Promise<void> {
    while (!this.#finishing || this.underWay > 0) {
      for (const { sha, totals } of await this.#roles.totalsOf([...this.#awaited.keys()])) {
        const { answered, report } = this.#awaited.get(sha)!;
        this.#awaited.delete(sha);
        const at = performance.now();
        this.#done.push({ delay: at - answered, at });
        if (!isDeepStrictEqual(totals, report.totals)) this.wrong.push(sha);
      }
      await sleep(POLL_MILLISECONDS);
    }
  }
}
