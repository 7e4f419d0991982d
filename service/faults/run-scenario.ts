import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { Random } from "../bench/random.js";
import { DeliveredUploads } from "./delivered-uploads.js";
import { type Installation, installEmbedded, installOnServers } from "./installation.js";
import { type CommitReport, commitReport } from "./reports.js";
import type { Scenario } from "./scenarios.js";
import type { Servers } from "./servers.js";
import { Uploader } from "./uploader.js";
import { planUploads, type Workload } from "./workload.js";

const SEVERAL_COMMITS = 5;
const UPLOADS_PER_COMMIT = 50;
const AT_ONCE = 8;
const LOOK_EVERY = 500;
const SAY_EVERY = 10_000;

export interface RunOptions {
  readonly uploads: number;
  readonly seed: number;
  /** Shortens pauses and outages of a full run. */
  readonly scale: number;
  readonly takeoverSeconds: number;
  /** How long it may take after the last upload was accepted, in milliseconds, until all are merged. */
  readonly settlePatience: number;
  readonly folder: string;
  /** null: scenarios on servers cannot run. */
  readonly servers: Servers | null;
  say(progress: string): void;
}

export interface Outcome {
  readonly scenario: string;
  readonly uploads: number;
  /** Answered with success. */
  readonly accepted: number;
  /** Requests that clients repeated. */
  readonly retries: number;
  /** Kills, outages or failed calls. */
  readonly faults: number;
  readonly seconds: number;
  /** Accepted uploads that are not in their commit's report in the end. */
  readonly lost: number;
  /** Whether the reports are those of a run without faults, whose uploads came one after the other. */
  readonly equal: boolean;
  /** What roles said that ended without being told to. */
  readonly crashes: readonly string[];
}

type Reports = ReadonlyMap<string, CommitReport>;

/** Runs scenarios, and once for each workload the run without faults that they are compared with. */
export class Runner {
  readonly #options: RunOptions;
  readonly #undisturbed = new Map<string, Promise<Reports>>();
  #running: Installation | null = null;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async run(scenario: Scenario): Promise<Outcome> {
    const count = Math.min(scenario.uploads ?? Number.POSITIVE_INFINITY, this.#options.uploads);
    const commits = scenario.commits ?? Math.max(SEVERAL_COMMITS, Math.ceil(count / UPLOADS_PER_COMMIT));
    const workload = planUploads(count, commits, this.#options.seed);
    const expected = await this.#expected(workload, `${count}-${commits}`);
    const random = new Random(this.#options.seed);
    const installation = await this.#install(scenario, random);
    const started = performance.now();
    const uploads = new DeliveredUploads(workload.uploads.length);
    const watch = this.#watch(scenario.name, installation, uploads);
    const uploader = new Uploader(installation.url);
    try {
      let refused = false;
      let deadline = Number.POSITIVE_INFINITY;
      const during = {
        random,
        scale: this.#options.scale,
        progress: () => 2 * uploads.accepted.length - uploads.notMerged().length,
        accepted: () => (refused ? 1 : uploads.accepted.length / count),
        isOver: () => refused || uploads.isOver() || Date.now() > deadline,
      };
      const delivery = uploader
        .deliverAll(workload.uploads, scenario.atOnce ?? AT_ONCE, (upload) => uploads.accepted.push(upload))
        .then(() => {
          deadline = Date.now() + this.#options.settlePatience;
        })
        .catch((error: unknown) => {
          refused = true;
          throw error;
        });
      const [faults] = await bothEnded(scenario.disturb?.(installation, during) ?? Promise.resolve(0), delivery);
      while (!during.isOver()) await sleep(LOOK_EVERY);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      const equal = uploads.isOver() && isDeepStrictEqual(await reportsOf(installation, workload), expected);
      const crashes = installation.roles.flatMap((role) => role.crashes);
      const { accepted } = uploads;
      return {
        scenario: scenario.name,
        uploads: count,
        accepted: accepted.length,
        retries: uploader.retries,
        faults,
        seconds,
        lost: uploads.notMerged().length,
        equal,
        crashes,
      };
    } finally {
      watch.abort();
      await installation.stop();
    }
  }

  #expected(workload: Workload, name: string): Promise<Reports> {
    let reports = this.#undisturbed.get(name);
    if (!reports) {
      reports = this.#undisturbedReports(workload, `undisturbed-${name}`);
      this.#undisturbed.set(name, reports);
    }
    return reports;
  }

  async #undisturbedReports(workload: Workload, name: string): Promise<Reports> {
    const on = this.#options.servers ? "servers" : "embedded";
    const installation = await this.#install({ name, on, workers: 1 }, new Random(this.#options.seed));
    const uploads = new DeliveredUploads(workload.uploads.length);
    const watch = this.#watch(name, installation, uploads);
    try {
      await new Uploader(installation.url).deliverAll(workload.uploads, 1, (upload) => uploads.accepted.push(upload));
      const deadline = Date.now() + this.#options.settlePatience;
      while (!uploads.isOver()) {
        if (Date.now() > deadline)
          throw new Error(`without any fault, ${uploads.notMerged().length} uploads were lost`);
        await sleep(LOOK_EVERY);
      }
      return await reportsOf(installation, workload);
    } finally {
      watch.abort();
      await installation.stop();
    }
  }

  /** Ends the processes of a scenario that is under way. */
  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  async #install({ name, on, workers }: Pick<Scenario, "name" | "on" | "workers">, random: Random) {
    const { folder, takeoverSeconds, servers } = this.#options;
    if (on === "servers" && !servers)
      throw new Error(`${name} needs PostgreSQL and Redis, which are not installed here`);
    this.#running =
      on === "servers"
        ? await installOnServers(servers!, { name, folder, takeoverSeconds, workers, random })
        : await installEmbedded({ name, folder, takeoverSeconds });
    return this.#running;
  }

  /** Keeps looking what became of the uploads, and says so now and then. */
  #watch(name: string, { url, roles }: Installation, uploads: DeliveredUploads): AbortController {
    const abort = new AbortController();
    const { say } = this.#options;
    const look = async () => {
      for (let said = Date.now(); !abort.signal.aborted; await sleep(LOOK_EVERY)) {
        await uploads.look(url);
        if (Date.now() - said < SAY_EVERY) continue;
        said = Date.now();
        const crashes = roles.reduce((sum, role) => sum + role.crashes.length, 0);
        say(`${name}: ${uploads.progress()}${crashes > 0 ? `, ${crashes} crashes` : ""}`);
      }
    };
    void look();
    return abort;
  }
}

async function reportsOf({ url }: Installation, { shas }: Workload): Promise<Reports> {
  const reports = new Map<string, CommitReport>();
  for (const sha of shas) reports.set(sha, await commitReport(url, sha));
  return reports;
}

/** What was lost or broke; that nothing was disturbed although something should be is a fault too. */
export function faultsOf(scenario: Scenario, outcome: Outcome): readonly string[] {
  const { uploads, accepted, lost, equal, crashes, faults } = outcome;
  return [
    ...(faults === 0 && scenario.disturb !== null ? ["nothing was disturbed"] : []),
    ...(accepted < uploads ? [`${uploads - accepted} uploads not accepted`] : []),
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(equal ? [] : ["reports not equal"]),
    ...(crashes.length > 0 ? [`${crashes.length} crashes`] : []),
  ];
}

/** As `Promise.all`, but nothing goes on behind an error. */
async function bothEnded<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
