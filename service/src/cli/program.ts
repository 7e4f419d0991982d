import cluster from "node:cluster";
import { Argument, Command } from "commander";
import { VERSION } from "../http/health/version.js";
import { ROLES, type Role } from "../roles.js";
import type { Flags } from "../settings/load.js";
import { inspectCommand } from "./inspect.js";
import { processCount, runProcesses } from "./processes.js";
import { requeueCommand } from "./requeue.js";

export function createProgram(): Command {
  const roles = Object.entries(ROLES).map(([name, { description }]) => `  ${name.padEnd(8)} ${description}`);
  return new Command("coverstack-service")
    .description("The coverage service of coverstack.")
    .version(VERSION)
    .addArgument(new Argument("[role]", "what this process does").choices(Object.keys(ROLES)).default("all"))
    .option("--port <number>", "port to listen on; 0 takes a free one (PORT, default 8080; a worker's health: 5001)")
    .option("--host <address>", "address to listen on (HOST, default 127.0.0.1)")
    .option("--data <folder>", "folder for everything embedded (DATA_DIR, default .coverstack)")
    .addHelpText(
      "after",
      `
Roles:
${roles.join("\n")}
The roles take the same options; migrate listens on nothing and takes --data alone.

Settings come from codecov.yml in the data folder, or the file that SETTINGS_FILE names, and from variables such as
SETUP__CODECOV_URL and SERVICES__DATABASE_URL. They are read when the program starts. WEB_CONCURRENCY is how many
processes serve the role web or api. Logs go to stderr as JSON lines; LOG_LEVEL is trace, debug, info, warn, error or
silent (default info; warn for the role all on a terminal).`,
    )
    .addCommand(inspectCommand())
    .addCommand(requeueCommand())
    .action(async (role: Role, flags: Flags) => {
      const processes = processCount(role, process.env.WEB_CONCURRENCY, flags.port ?? process.env.PORT);
      if (processes > 1 && cluster.isPrimary) return await runProcesses(processes);
      // Loaded only now: the other commands need none of the service's parts.
      const { run } = await import("./run.js");
      await run(role, flags, process.env);
    });
}
