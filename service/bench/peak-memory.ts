import { existsSync, readFileSync } from "node:fs";

/**
 * The most memory that a process has had, in MiB; null where the system does not tell.
 *
 * @param pid @default this process
 */
export function peakMebibytes(pid?: number): number | null {
  // On Linux `maxRSS` starts from what the parent held when it forked; the kernel's own mark starts anew with the program.
  const status = `/proc/${pid ?? "self"}/status`;
  const mark = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, "utf8")) : null;
  if (mark) return Number(mark[1]) / 1024;
  return pid === undefined ? process.resourceUsage().maxRSS / 1024 : null;
}
