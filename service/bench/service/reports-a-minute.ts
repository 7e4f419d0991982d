import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { round } from "../measure.js";
import type { Results } from "../result.js";
import { CommitLoad } from "./commit-load.js";
import { missingServers, type RunningRoles, startRoles } from "./running-roles.js";
import { type SessionReport, sessionReports } from "./session-reports.js";

const REPORTS_A_MINUTE = 500;
const P99_SECONDS = 3;
/** Files of a repository whose reports are about 1 MB, since each leaves out a fifth. */
const FILES = 230;
const DIFFERENT_REPORTS = 20;
/** Reports under way when as many are sent as there is room for. */
const BACKLOG = 16;

/**
 * The whole service under one report of 1 MB a commit: how long totals take while as many come as they have to, for
 * `seconds`, and how many it takes when more are sent as soon as there is room, for half as long.
 */
export async function benchService(seconds: number, folder: string, results: Results): Promise<void> {
  const missing = missingServers();
  if (missing !== null) return results.leaveOut("service", missing);
  const { reports } = await sessionReports(DIFFERENT_REPORTS, FILES);
  const roles = await startRoles(folder);
  try {
    await warmUp(roles, reports);
    await measureDelay(seconds, roles, reports, results);
    await measureMost(seconds / 2, roles, reports, results);
  } finally {
    await roles.stop();
  }
}

/** Programs are slow in their first second, and run for months. */
async function warmUp(roles: RunningRoles, reports: readonly SessionReport[]): Promise<void> {
  const load = new CommitLoad("a", roles, reports);
  for (let sent = 0; sent < DIFFERENT_REPORTS; sent++) await load.send();
  await load.finish();
}

async function measureDelay(
  seconds: number,
  roles: RunningRoles,
  reports: readonly SessionReport[],
  results: Results,
): Promise<void> {
  const load = new CommitLoad("b", roles, reports);
  const started = performance.now();
  for (let due = 0; due < seconds * 1000; due += 60_000 / REPORTS_A_MINUTE) {
    await sleep(started + due - performance.now());
    void load.send();
  }
  const delays = (await load.finish()).map(({ delay }) => delay).sort((a, b) => a - b);
  const percentile = (share: number) => delays[Math.ceil(delays.length * share) - 1] / 1000;
  const name = `service: ${REPORTS_A_MINUTE} reports of 1 MB a minute`;
  results.expectEqual(name, load.wrong, []);
  results.print({
    name,
    unit: `s from upload to totals, 99 of 100; half of them ${round(percentile(0.5))}`,
    ours: round(percentile(0.99)),
    peer: null,
    peerName: null,
    limit: P99_SECONDS,
    limitName: "goal",
    ratio: round(percentile(0.99) / P99_SECONDS),
    floor: "<= 1",
  });
}

async function measureMost(
  seconds: number,
  roles: RunningRoles,
  reports: readonly SessionReport[],
  results: Results,
): Promise<void> {
  const load = new CommitLoad("c", roles, reports);
  const started = performance.now();
  const end = started + seconds * 1000;
  while (performance.now() < end) {
    if (load.underWay < BACKLOG) void load.send();
    else await sleep(1);
  }
  const done = (await load.finish()).filter(({ at }) => at < end).length;
  const name = "service: reports of 1 MB, as many as it takes";
  results.expectEqual(name, load.wrong, []);
  results.print({
    name,
    unit: "reports a minute",
    ours: round((60 * done) / seconds),
    peer: null,
    peerName: null,
    limit: REPORTS_A_MINUTE,
    limitName: "goal",
    ratio: round((60 * done) / seconds / REPORTS_A_MINUTE),
    floor: ">= 1",
  });
}
