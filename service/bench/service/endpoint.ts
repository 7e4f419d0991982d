import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { round } from "../measure.js";
import type { Results } from "../result.js";
import type { LoadOrder, LoadReport } from "./load-child.js";
import { missingServers, type RunningRoles, startRoles, TOKEN } from "./running-roles.js";
import { UploadClient } from "./upload-client.js";

const BARE = "bare node:http";
const PAIRS = 9;
/** Until V8 has compiled what a request runs through; the first ones take twice as long. */
const WARM_UPS = 3;
const BODY_BYTES = 1e6;
const SMALL_BYTES = 130;
/** As long as what `/upload/v4` answers. */
const ANSWER = " ".repeat(250);

/** The role api against Node's own HTTP server: small requests, and bodies of 1 MB. */
export async function benchEndpoint(scale: number, folder: string, results: Results): Promise<void> {
  const missing = missingServers();
  if (missing !== null) return results.leaveOut("endpoint", missing);
  const roles = await startRoles(folder);
  // What it did with the bodies would be taken from those who send and receive them.
  await roles.worker.stop();
  const stored = join(roles.folder, "data", "bare");
  mkdirSync(stored);
  const bare = await startBare(stored);
  const load = fork(fileURLToPath(new URL("./load-child.js", import.meta.url)));
  const measured = new Endpoint(roles, bare.port, load, scale);
  try {
    await measured.small(results);
    await measured.bodies(results);
    await measured.memory(results);
    // Last: the database goes on writing out what ten thousand rows have left to it.
    await measured.addresses(results);
  } finally {
    for (const child of [load, bare.process]) child.kill();
    await roles.stop();
  }
}

async function startBare(folder: string): Promise<{ readonly process: ChildProcess; readonly port: number }> {
  const child = fork(fileURLToPath(new URL("./bare-server-child.js", import.meta.url)), [folder, ANSWER]);
  const [port] = await once(child, "message");
  return { process: child, port };
}

type Requests = Omit<LoadOrder, "port">;

class Endpoint {
  readonly #client: UploadClient;
  #commits = 0;

  constructor(
    readonly roles: RunningRoles,
    readonly bare: number,
    readonly load: ChildProcess,
    readonly scale: number,
  ) {
    this.#client = new UploadClient(roles.api.url, 8);
  }

  /**
   * What the HTTP layer costs: routing, reading the body, checks, headers, log and metrics. This route does nothing
   * else; those of uploads also ask the database, which is no matter of HTTP.
   */
  async small(results: Results): Promise<void> {
    const requests = { count: this.#scaled(8_000), connections: 50, bodyBytes: SMALL_BYTES, awake: true };
    const rate = await this.#compare(
      () => this.#send(this.#api, { ...requests, starts: ["POST /validate/v2 HTTP/1.1"] }, 400),
      () => this.#send(this.bare, { ...requests, starts: ["POST /discard HTTP/1.1"] }),
    );
    const name = "endpoint: small POST, without the database";
    results.print({ ...measured(rate), name, unit: "requests/s", limitName: BARE, floor: ">= 0.6" });
  }

  /** Each for a commit of its own: two questions to the database, and two rows. */
  async addresses(results: Results): Promise<void> {
    const requests = { count: this.#scaled(2_000), connections: 50, bodyBytes: 0 };
    const rate = await this.#compare(
      () => this.#send(this.#api, { ...requests, starts: Array.from({ length: requests.count }, () => this.#v4()) }),
      () => this.#send(this.bare, { ...requests, starts: ["POST /discard HTTP/1.1"] }),
    );
    const name = "endpoint: POST /upload/v4";
    results.expectEqual(name, await this.roles.uploadsIn("started"), (PAIRS + WARM_UPS) * requests.count);
    results.print({ ...measured(rate), name, unit: "requests/s", limitName: BARE, floor: null });
  }

  /**
   * The floor is set beside a server that keeps a body as safely: how much slower than discarding that is, the disk
   * decides, and by far the most where a write has to last.
   */
  async bodies(results: Results): Promise<void> {
    const requests = { count: this.#scaled(100), connections: 8, bodyBytes: BODY_BYTES };
    const bare = (path: string) => () =>
      this.#send(this.bare, { ...requests, starts: [`PUT ${path} HTTP/1.1`] }).then(megabytes);
    const ours = () => this.#put(requests).then(megabytes);
    const name = "endpoint: PUT of 1 MB to disk";
    const beside = await this.#compare(ours, bare("/store"));
    const sent = (PAIRS + WARM_UPS) * requests.count;
    results.expectEqual(name, await this.roles.uploadsIn("uploaded"), sent);
    const unit = "MB/s";
    results.print({ ...measured(beside), name, unit, limitName: "bare node:http, to disk", floor: ">= 0.35" });
    const discarding = await this.#compare(ours, bare("/discard"));
    results.expectEqual(`${name}, against discarding`, await this.roles.uploadsIn("uploaded"), 2 * sent);
    results.print({
      ...measured(discarding),
      name: `${name}, against discarding`,
      unit,
      peer: round(beside.limit),
      peerName: "bare node:http, to disk",
      limitName: "bare node:http, discarding",
      floor: null,
    });
  }

  /** The most memory that it took for some bodies, and for twice as many. */
  async memory(results: Results): Promise<void> {
    const requests = { count: this.#scaled(300), connections: 8, bodyBytes: BODY_BYTES };
    await this.#put(requests);
    const before = this.roles.api.peakMebibytes;
    await this.#put(requests);
    const after = this.roles.api.peakMebibytes;
    if (before === null || after === null) return;
    const rate = { ours: after, limit: before, ratio: after / before };
    const name = `endpoint: memory after ${2 * requests.count} bodies of 1 MB`;
    results.print({ ...measured(rate), name, unit: "MiB", limitName: "after half of them", floor: "<= 1.1" });
  }

  /** With fewer requests most of what is measured is how Node warms up. */
  #scaled(count: number): number {
    return count / Math.min(this.scale, 4);
  }

  get #api(): number {
    return Number(this.roles.api.url.port);
  }

  #v4(): string {
    const sha = `${this.#commits++}`.padStart(40, "0");
    return `POST /upload/v4?commit=${sha}&token=${TOKEN}&slug=jane/shop&service=github&branch=main HTTP/1.1`;
  }

  async #put(requests: Omit<Requests, "starts">): Promise<number> {
    const starts: string[] = [];
    for (let i = 0; i < requests.count; i++) {
      const { pathname, search } = await this.#client.uploadUrl({ commit: `f${i}`.padEnd(40, `${this.#commits++}`) });
      starts.push(`PUT ${pathname}${search} HTTP/1.1`);
    }
    return this.#send(this.#api, { ...requests, starts });
  }

  /** @returns requests per second */
  async #send(port: number, requests: Requests, expected = 200): Promise<number> {
    this.load.send({ port, ...requests } satisfies LoadOrder);
    const [{ seconds, failures }] = (await once(this.load, "message")) as [LoadReport];
    const others = Object.keys(failures).filter((line) => !line.startsWith(`HTTP/1.1 ${expected} `));
    if (others.length > 0) throw new Error(`requests were answered ${others.join(", ")}`);
    return requests.count / seconds;
  }

  /** In turns, so that both see the same machine; the median of the ratios decides. */
  async #compare(ours: () => Promise<number>, limit: () => Promise<number>): Promise<Rate> {
    for (let i = 0; i < WARM_UPS; i++) {
      await ours();
      await limit();
    }
    const rates: Rate[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      const [one, other] = [await ours(), await limit()];
      rates.push({ ours: one, limit: other, ratio: one / other });
    }
    return rates.sort((a, b) => a.ratio - b.ratio)[Math.floor(PAIRS / 2)];
  }
}

interface Rate {
  readonly ours: number;
  readonly limit: number;
  readonly ratio: number;
}

function megabytes(requestsPerSecond: number): number {
  return (requestsPerSecond * BODY_BYTES) / 1e6;
}

function measured({ ours, limit, ratio }: Rate) {
  return { ours: round(ours), limit: round(limit), ratio: round(ratio), peer: null, peerName: null };
}
