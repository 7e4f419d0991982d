import { Command } from "commander";
import { requeueGivenUp } from "../database/jobs.js";
import { openLog } from "../observability/log.js";
import { openMigratedDatabase } from "../open-service.js";
import { Releasers } from "../releasers.js";
import { ROLES } from "../roles.js";
import { type Environment, type Flags, loadSettings } from "../settings/load.js";
import { startError } from "./start-error.js";

/** `requeue`: another try for the uploads that were given up while storage was away. */
export function requeueCommand(): Command {
  return new Command("requeue")
    .description("Have uploads processed again that were given up because processing itself failed, as in an outage.")
    .option("--data <folder>", "folder for everything embedded (DATA_DIR, default .coverstack)")
    .action(async (_flags: Flags, command: Command) => {
      const count = await requeue(command.optsWithGlobals<Flags>(), process.env);
      console.log(
        `coverstack: ${count} uploads wait to be processed again; a worker takes them when it starts, or within half an hour`,
      );
    });
}

/** @throws StartError when the database cannot be opened */
async function requeue(flags: Flags, environment: Environment): Promise<number> {
  const releasers = new Releasers();
  try {
    const { settings } = await loadSettings("migrate", flags, { ...environment, LOG_LEVEL: "silent" });
    const role = { ...ROLES.migrate, migrates: false };
    const { db } = await openMigratedDatabase(role, settings, openLog(settings), releasers);
    return await requeueGivenUp(db);
  } catch (error) {
    throw startError(error);
  } finally {
    await releasers.release();
  }
}
