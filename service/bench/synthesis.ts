import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Results } from "./result.js";

/** From where this is built to: the library's bench is no part of the service. */
const BENCH = fileURLToPath(new URL("../../../../../test/bench/synth.mjs", import.meta.url));

/** How fast the library is, in so many pairs of processes; prints lines of its own form. */
export async function benchSynthesis(pairs: number, results: Results): Promise<void> {
  const child = spawn(process.execPath, [BENCH, `${pairs}`], { stdio: ["ignore", "inherit", "inherit"] });
  const [status, signal] = await once(child, "exit");
  if (status !== 0) results.fail(`synth: ended with ${status ?? signal}`);
}
