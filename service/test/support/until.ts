import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition instead of for a time. */
export async function until(condition: () => boolean | Promise<boolean>, patience = 15_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so within ${patience} ms: ${condition}`);
    await sleep(10);
  }
}
