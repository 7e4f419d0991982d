import { Redis } from "ioredis";
import { freePort } from "../test/support/free-port.js";
import { type PostgresServer, startPostgres } from "../test/support/postgres.js";
import { startRedis } from "../test/support/redis.js";
import { type Stores, startStores } from "./stores.js";

/** What several roles share: real servers of this run's own, on free ports of loopback. */
export interface Servers {
  readonly postgres: PostgresServer;
  readonly redis: DisturbedRedis;
  readonly stores: Stores;
  stop(): Promise<void>;
}

export interface DisturbedRedis {
  readonly url: string;
  /** Empties it. */
  flush(): Promise<void>;
  /** Stops it, and after some milliseconds starts an empty one in its place. */
  restart(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const [postgres, redis, stores] = await Promise.all([startPostgres(), startDisturbedRedis(), startStores()]);
  return {
    postgres,
    redis,
    stores,
    async stop() {
      await Promise.all([postgres.stop(), redis.stop(), stores.stop()]);
    },
  };
}

async function startDisturbedRedis(): Promise<DisturbedRedis> {
  const port = await freePort();
  let server = await startRedis(port);
  return {
    url: server.url,
    async flush() {
      const client = new Redis(server.url);
      await client.flushall();
      client.disconnect();
    },
    async restart(milliseconds) {
      await server.stop();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      server = await startRedis(port);
    },
    stop: () => server.stop(),
  };
}
