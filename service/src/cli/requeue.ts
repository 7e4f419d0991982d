import { Command } from "commander";
import { requeueGivenUp } from "../database/jobs.js";
import { hasEmbeddedDatabase } from "../database/open.js";
import { openLog } from "../observability/log.js";
import { openMigratedDatabase } from "../open-service.js";
import { openQueue } from "../queue/open.js";
import { Releasers } from "../releasers.js";
import { ROLES } from "../roles.js";
import { type Flags, loadSettings } from "../settings/load.js";
import type { Settings } from "../settings/settings.js";
import { StartError, startError } from "./start-error.js";

/** `requeue`: another try for the uploads that were given up while storage was away. */
export function requeueCommand(): Command {
  return new Command("requeue")
    .description("Have uploads processed again that were given up because processing itself failed, as in an outage.")
    .option("--data <folder>", "folder for everything embedded (DATA_DIR, default .coverstack)")
    .addHelpText(
      "after",
      `
It needs the service's settings and database. Where the database is embedded, stop the service first: only one process
may have its folder, and the service processes the uploads when it starts again.`,
    )
    .action(async (_flags: Flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const releasers = new Releasers();
      try {
        const environment = { ...process.env, LOG_LEVEL: "silent" };
        const { settings } = await loadSettings("migrate", flags, environment);
        const count = await requeue(settings, releasers);
        console.log(`coverstack: ${count} uploads wait to be processed again${whenProcessed(settings)}`);
      } catch (error) {
        throw startError(error);
      } finally {
        await releasers.release();
      }
    });
}

/** @returns how many. @throws when there is no database, or it or Redis cannot be reached */
async function requeue(settings: Settings, releasers: Releasers): Promise<number> {
  if (settings.databaseUrl === null && !hasEmbeddedDatabase(settings.dataDir)) {
    throw new StartError(
      `there is no database in ${settings.dataDir}: give the service's folder by --data, or its database server by ` +
        "SERVICES__DATABASE_URL",
    );
  }
  const log = openLog(settings);
  const { db, pool } = await openMigratedDatabase({ ...ROLES.migrate, migrates: false }, settings, log, releasers);
  // Without Redis nobody can know whether the workers' queue is that of the database: they search for what it lacks.
  const queue = settings.redisUrl === null ? null : await openQueue(settings, pool, log);
  releasers.add(() => queue?.close());
  const uploads = await requeueGivenUp(db);
  for (const { id, sha } of uploads) await queue?.add("process-upload", { uploadId: id, sha });
  return uploads.length;
}

function whenProcessed({ databaseUrl, redisUrl, takeoverSeconds }: Settings): string {
  if (redisUrl !== null) return ", and the queue has their jobs";
  if (databaseUrl === null) return ", which the service does when it starts";
  return (
    `: workers find them within about ${2 * takeoverSeconds} seconds while the queue is empty, ` +
    "else within about a quarter of an hour"
  );
}
