import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PREFIX = "lock-";
/** The longest address of a unix socket that every system takes, in bytes. */
const LONGEST_ADDRESS = 100;
/** How long another process may take to say who it is, and how long several starters may take to agree. */
const PATIENCE = 5_000;

export interface DataFolderLock {
  release(): Promise<void>;
}

interface Claim {
  readonly name: string;
  readonly state: "starting" | "holding";
  readonly pid: string;
}

/**
 * Takes a data folder for this process alone: the embedded database has no lock of its own, and two processes on one
 * folder would destroy it.
 *
 * A claim is a unix socket of unique name in the folder. That it accepts a connection proves that its process lives;
 * the kernel closes it with the process, however that ends, so one that refuses is dead for good and anybody may
 * delete it. Each starter first shows its own claim and then looks at the others: of two that start at once at least
 * one sees the other, so two can never both find themselves alone. Whoever meets a holder gives up; of several
 * starters all but the one whose name sorts first do, and that one waits until it is alone.
 *
 * @throws DataFolderInUseError
 */
export async function lockDataFolder(dataDir: string): Promise<DataFolderLock> {
  await mkdir(dataDir, { recursive: true });
  const folder = await claimFolder(dataDir);
  const name = `${PREFIX}${randomUUID().slice(0, 8)}`;
  let state: Claim["state"] = "starting";
  const server = await showClaim(folder, name, () => `${state} ${process.pid}`);
  const withdraw = async () => {
    await rm(join(folder, name), { force: true });
    server.close();
    await once(server, "close");
  };
  try {
    for (const deadline = Date.now() + PATIENCE; ; await sleep(20)) {
      const others = await otherClaims(folder, name);
      const first = others.find((other) => other.state === "holding" || other.name < name);
      if (first) throw new DataFolderInUseError(dataDir, first.pid);
      if (others.length === 0) break;
      if (Date.now() > deadline) throw new DataFolderInUseError(dataDir, others[0].pid);
    }
  } catch (error) {
    await withdraw();
    throw error;
  }
  state = "holding";
  return { release: withdraw };
}

export class DataFolderInUseError extends Error {
  override readonly name = "DataFolderInUseError";
  constructor(dataDir: string, pid: string) {
    super(`the data folder ${dataDir} is in use by process ${pid}: stop that first, or give another folder by --data`);
  }
}

/** The data folder itself; where its path is too long for sockets, one in the system's temporary folder. */
async function claimFolder(dataDir: string): Promise<string> {
  const folder = await realpath(dataDir);
  if (Buffer.byteLength(join(folder, `.${PREFIX}12345678`)) <= LONGEST_ADDRESS) return folder;
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  const elsewhere = join(tmpdir(), `coverstack-${hash}`);
  await mkdir(elsewhere, { recursive: true });
  return elsewhere;
}

/** A socket refuses connections between its creation and its listening: it gets its name only after that. */
async function showClaim(folder: string, name: string, answer: () => string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(answer());
  });
  const hidden = join(folder, `.${name}`);
  server.listen(hidden);
  await once(server, "listening");
  await rename(hidden, join(folder, name));
  return server.unref();
}

async function otherClaims(folder: string, own: string): Promise<Claim[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(PREFIX) && name !== own);
  const claims = await Promise.all(names.map((name) => askClaim(folder, name)));
  return claims.filter((claim) => claim !== null);
}

/** What the process behind a claim says of itself, or null when there is none any more: then its file goes too. */
async function askClaim(folder: string, name: string): Promise<Claim | null> {
  const address = join(folder, name);
  const socket = createConnection(address);
  socket.setTimeout(PATIENCE, () => socket.destroy());
  let answer = "";
  try {
    await once(socket, "connect");
    for await (const chunk of socket) answer += chunk;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ECONNREFUSED" || code === "ENOENT" || code === "ENOTSOCK") {
      await rm(address, { force: true });
      return null;
    }
  }
  // One that accepts but does not answer is busy, and busy are those that hold.
  const [state, pid] = answer.split(" ");
  return { name, state: state === "starting" ? "starting" : "holding", pid: pid || "of unknown number" };
}
