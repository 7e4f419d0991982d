import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../bench/random.js";
import type { PostgresServer } from "../test/support/postgres.js";
import type { Installation } from "./installation.js";
import type { RoleProcess } from "./role-process.js";

/** What a scenario may know of the uploads while it disturbs them. */
export interface Disturbance {
  readonly random: Random;
  /** How much of a full run's patience there is: pauses and outages are shortened by it. */
  readonly scale: number;
  /** How much was achieved so far: uploads that were accepted and uploads that were merged. */
  progress(): number;
  /** Share of the uploads that were accepted, from 0 to 1. */
  accepted(): number;
  /** Whether every upload was accepted and is part of its commit's report. */
  isOver(): boolean;
}

export interface Scenario {
  readonly name: string;
  readonly does: string;
  readonly on: "embedded" | "servers";
  readonly workers: number;
  /** @default those of the run */
  readonly uploads?: number;
  /** @default several */
  readonly commits?: number;
  /** Uploads that are sent at once. @default 8 */
  readonly atOnce?: number;
  /** Disturbs until it is over. Resolves to how often; null: nothing is to be disturbed. */
  readonly disturb: ((installation: Installation, during: Disturbance) => Promise<number>) | null;
}

const MOST_KILLS = 25;
const FEWEST_KILLS = 3;
/** Milliseconds. */
const LONGEST_PAUSE = 2_000;
const PROGRESS_PATIENCE = 10_000;
const POSTGRES_OUTAGE = 30_000;
const SHORT_OUTAGE = 5_000;
const ROUNDS = 5;
const REDIS_OUTAGE = 3_000;
const ONE_IN_FIVE = 20;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "kill-worker",
    does: "kill -9 of one of two workers, at random moments",
    on: "servers",
    workers: 2,
    disturb: ({ workers }, during) => killAgainAndAgain(workers, during, () => during.isOver()),
  },
  {
    name: "kill-api",
    does: "kill -9 of the role api while it takes uploads",
    on: "servers",
    workers: 1,
    disturb: ({ roles }, during) => {
      const [api] = roles;
      return killAgainAndAgain([api], during, () => during.accepted() === 1);
    },
  },
  {
    name: "kill-all",
    does: "kill -9 of the role all with its embedded database",
    on: "embedded",
    workers: 1,
    disturb: ({ roles }, during) => killAgainAndAgain(roles, during, () => during.isOver()),
  },
  {
    name: "redis-flush",
    does: "Redis emptied again and again, the last time when all uploads were accepted",
    on: "servers",
    workers: 1,
    disturb: ({ shared }, during) => whileUploading(during, () => shared!.redis.flush()),
  },
  {
    name: "redis-restart",
    does: "Redis stopped, and an empty one started in its place",
    on: "servers",
    workers: 1,
    disturb: ({ shared }, during) => whileUploading(during, () => shared!.redis.restart(REDIS_OUTAGE * during.scale)),
  },
  {
    name: "postgres-stop",
    does: "PostgreSQL stopped for 30 seconds amid the uploads",
    on: "servers",
    workers: 1,
    disturb: async ({ shared }, during) => {
      while (during.accepted() < 0.3) await sleep(20);
      await stopPostgres(shared!.postgres, POSTGRES_OUTAGE * during.scale);
      return 1;
    },
  },
  {
    name: "storage-faults",
    does: "one of five calls of the object store fails: reset, refused, carried out without an answer, cut short",
    on: "servers",
    workers: 1,
    disturb: async ({ shared }, during) => {
      const { storage } = shared!;
      storage.failing = ONE_IN_FIVE;
      while (!during.isOver()) await sleep(100);
      storage.failing = 0;
      return storage.failed;
    },
  },
  {
    name: "everything",
    does: "all of these on servers, one after the other, while one of five calls of the object store fails",
    on: "servers",
    workers: 2,
    disturb: everything,
  },
  {
    name: "concurrent",
    does: "150 uploads to one commit at once, two workers",
    on: "servers",
    workers: 2,
    uploads: 150,
    commits: 1,
    atOnce: 150,
    disturb: null,
  },
];

/**
 * Mostly it is the work that a kill interrupts, now and then the start of the process: were it always that, nothing
 * would ever be done.
 */
async function killAgainAndAgain(
  roles: readonly RoleProcess[],
  { random, scale, progress }: Disturbance,
  isEnough: () => boolean,
): Promise<number> {
  let kills = 0;
  while (!isEnough() && kills < Math.max(MOST_KILLS * scale, FEWEST_KILLS)) {
    const role = roles[random.below(roles.length)];
    if (!random.chance(20)) {
      const before = progress();
      await role.listening();
      for (const end = Date.now() + PROGRESS_PATIENCE; progress() === before && Date.now() < end; ) await sleep(10);
    }
    await pause(random, scale);
    if (isEnough() && kills > 0) break;
    await role.kill();
    kills++;
  }
  return kills;
}

async function whileUploading({ random, scale, accepted }: Disturbance, disturb: () => Promise<void>): Promise<number> {
  let times = 0;
  do {
    await pause(random, scale);
    await disturb();
    times++;
  } while (accepted() < 1);
  await disturb();
  return times + 1;
}

async function stopPostgres(postgres: PostgresServer, milliseconds: number): Promise<void> {
  await postgres.halt();
  await sleep(milliseconds);
  await postgres.resume();
}

async function everything({ roles, workers, shared }: Installation, during: Disturbance): Promise<number> {
  const { storage, redis, postgres } = shared!;
  const { random, scale } = during;
  // A role that starts while a server is away says so and ends: that is no crash to be found here.
  const allListen = () => Promise.all(roles.map((role) => role.listening()));
  const disturbances = [
    () => workers[random.below(workers.length)].kill(),
    () => roles[0].kill(),
    () => redis.flush(),
    () => allListen().then(() => redis.restart(REDIS_OUTAGE * scale)),
    () => allListen().then(() => stopPostgres(postgres, SHORT_OUTAGE * scale)),
  ];
  storage.failing = ONE_IN_FIVE;
  let times = 0;
  for (; times < disturbances.length * Math.max(1, ROUNDS * scale); times++) {
    await pause(random, scale);
    await disturbances[times % disturbances.length]();
  }
  while (!during.isOver()) await sleep(100);
  storage.failing = 0;
  return times + storage.failed;
}

async function pause(random: Random, scale: number): Promise<void> {
  await sleep(random.below(LONGEST_PAUSE) * scale);
}
