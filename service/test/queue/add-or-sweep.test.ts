import { pino } from "pino";
import { expect, it, vi } from "vitest";
import { addOrSweep } from "../../src/queue/add-or-sweep.js";
import type { JobQueue } from "../../src/queue/job-queue.js";

const JOB = { commitId: 7, sha: "abc" };

function queueThat(add: JobQueue["add"]): JobQueue {
  return { add, async work() {}, depth: async () => 0, async check() {}, async close() {} };
}

it("adds the job", async () => {
  const add = vi.fn(async () => {});
  await addOrSweep({ queue: queueThat(add), log: pino({ level: "silent" }) }, "merge-commit", JOB);
  expect(add.mock.calls).toEqual([["merge-commit", JOB]]);
});

it("is no failure while the queue is away, and leaves a line in the log", async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const away = async () => {
    throw new Error("Redis is away");
  };
  await addOrSweep({ queue: queueThat(away), log }, "merge-commit", JOB);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { job: "merge-commit", sha: "abc", err: { message: "Redis is away" }, msg: expect.stringContaining("sweeper") },
  ]);
});
