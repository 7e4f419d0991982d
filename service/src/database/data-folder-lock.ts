import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { link, mkdir, realpath, rename, rm } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The longest address of a unix socket that every system takes, in bytes. */
const LONGEST_ADDRESS = 100;
/** How long a holder may take to say who it is, in milliseconds. */
const PATIENCE = 2_000;
const ATTEMPTS = 5;

export interface DataFolderLock {
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process alone: the embedded database has no lock of its own, and two processes on one
 * folder would destroy it.
 *
 * The lock is a listening unix socket. That it answers proves that its holder lives; the kernel closes it with the
 * process, however that ends, so a file that does not answer was left behind and is replaced. It comes into place by
 * `link`, which only one of several starters can win, and a file left behind is moved away by `rename`, asked once
 * more and put back should it turn out to be a lock that was taken in the meantime.
 *
 * @throws DataFolderInUseError
 */
export async function lockDataFolder(dataDir: string): Promise<DataFolderLock> {
  await mkdir(dataDir, { recursive: true });
  const { lock, own } = await addresses(dataDir);
  const server = await listen(own);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await placed(own, lock)) {
        await rm(own);
        return { release: () => release(server, lock) };
      }
      const holder = await askHolder(lock);
      if (holder !== null) throw new DataFolderInUseError(dataDir, holder);
      await removeStale(lock);
    }
    throw new DataFolderInUseError(dataDir, "unknown");
  } catch (error) {
    await close(server);
    await rm(own, { force: true });
    throw error;
  }
}

export class DataFolderInUseError extends Error {
  override readonly name = "DataFolderInUseError";
  constructor(dataDir: string, holder: string) {
    super(
      `the data folder ${dataDir} is in use by process ${holder}: stop that first, or give another folder by --data`,
    );
  }
}

/** In the folder itself; where its path is too long for a socket, in the system's temporary folder. */
async function addresses(dataDir: string): Promise<{ lock: string; own: string }> {
  const folder = await realpath(dataDir);
  const suffix = `.${process.pid}.${randomUUID().slice(0, 8)}`;
  const inside = join(folder, "lock");
  if (Buffer.byteLength(inside + suffix) <= LONGEST_ADDRESS) return { lock: inside, own: inside + suffix };
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  const outside = join(tmpdir(), `coverstack-${name}.lock`);
  return { lock: outside, own: outside + suffix };
}

async function listen(address: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`${process.pid}`);
  });
  server.listen(address);
  await once(server, "listening");
  return server.unref();
}

async function placed(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The holder's process id; null when nobody answers any more. */
async function askHolder(lock: string): Promise<string | null> {
  const socket = createConnection(lock).setTimeout(PATIENCE, () => socket.destroy());
  let answer = "";
  try {
    await once(socket, "connect");
    for await (const chunk of socket) answer += chunk;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ECONNREFUSED" || code === "ENOENT" || code === "ENOTSOCK") return null;
    if (code !== "ECONNRESET" && code !== "ERR_STREAM_PREMATURE_CLOSE" && code !== "EAGAIN") throw error;
  }
  return answer || "unknown";
}

async function removeStale(lock: string): Promise<void> {
  const aside = `${lock}.${randomUUID().slice(0, 8)}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await askHolder(aside)) !== null) await placed(aside, lock);
  await rm(aside, { force: true });
}

async function release(server: Server, lock: string): Promise<void> {
  await rm(lock, { force: true });
  await close(server);
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}
