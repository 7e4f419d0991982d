import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { round } from "../measure.js";
import type { Results } from "../result.js";
import { missingServers, type RunningRoles, startRoles } from "./running-roles.js";
import { type SessionReport, type SessionReports, sessionReports } from "./session-reports.js";
import { UploadClient } from "./upload-client.js";

const SECONDS = 10;
const WORKER_MEBIBYTES = 400;
/** Jobs of one build that upload at the same time. */
const CONNECTIONS = 16;
const POLL_MILLISECONDS = 20;
const COMMIT = "5e55105e55105e55105e55105e55105e55105e55";

/** Files of a repository whose reports have about that size, since a session leaves out a fifth. */
const SIZES = [
  { name: "1 MB of LCOV each, gzipped", files: 230, isGoal: true },
  // Nearly five times as much to read: how far the goal reaches.
  { name: "LCOV of 1 MB each when gzipped", files: 1110, isGoal: false },
] as const;

/** From the first request of many sessions of one commit to its final totals, and the worker's memory. */
export async function benchSessions(sessions: number, folder: string, results: Results): Promise<void> {
  const missing = missingServers();
  if (missing !== null) return results.leaveOut("sessions", missing);
  for (const { name, files, isGoal } of SIZES) {
    const reports = await sessionReports(sessions, files);
    const roles = await startRoles(folder);
    try {
      await measure(`sessions: ${sessions} with ${name}`, isGoal, reports, roles, results);
    } finally {
      await roles.stop();
    }
  }
}

async function measure(
  name: string,
  isGoal: boolean,
  { reports, merged }: SessionReports,
  roles: RunningRoles,
  results: Results,
): Promise<void> {
  const started = performance.now();
  await uploadAll(reports, roles.api.url);
  const uploaded = performance.now();
  while ((await roles.uploadsIn("merged", "error")) < reports.length) await sleep(POLL_MILLISECONDS);
  const seconds = (performance.now() - started) / 1000;
  const [commit] = await roles.totalsOf([COMMIT]);
  results.expectEqual(name, commit.totals, merged);
  const none = { peer: null, peerName: null, limitName: "goal" };
  results.print({
    ...none,
    name,
    unit: `s to final totals, ${round((uploaded - started) / 1000)} of them to upload`,
    ours: round(seconds),
    limit: SECONDS,
    ratio: round(seconds / SECONDS),
    floor: isGoal ? "<= 1" : null,
  });
  const mebibytes = roles.worker.peakMebibytes;
  if (mebibytes === null) return;
  results.print({
    ...none,
    name: `${name}, the worker's memory`,
    unit: "MiB at most",
    ours: round(mebibytes),
    limit: WORKER_MEBIBYTES,
    ratio: round(mebibytes / WORKER_MEBIBYTES),
    floor: "<= 1",
  });
}

async function uploadAll(reports: readonly SessionReport[], url: URL): Promise<void> {
  const client = new UploadClient(url, CONNECTIONS);
  let next = 0;
  const job = async () => {
    for (let session = next++; session < reports.length; session = next++) {
      const flags = session % 3 === 0 ? {} : { flags: session % 3 === 1 ? "unit" : "integration,slow" };
      await client.upload({ commit: COMMIT, branch: "main", ...flags }, reports[session].body);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, job));
  client.close();
}
