import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const DAY = 24 * 3600 * 1000;

/** Runs `use` with a new folder below the data folder, gone afterwards. Not in the system's: that may be memory. */
export async function withTemporaryFolder<T>(dataDir: string, use: (folder: string) => Promise<T>): Promise<T> {
  const parent = join(dataDir, "tmp");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "job-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Deletes what processes that were killed left in a folder: whatever has not changed for a day. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const name of names) {
    const path = join(folder, name);
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - changed > DAY) await rm(path, { recursive: true, force: true });
  }
}
