import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "../service.js";

/** Milliseconds. */
const ASK_EVERY = 5_000;

/**
 * Resolves once the object store can be used: whoever worked without it would give up one upload after the other. The log
 * says why it waits.
 *
 * @throws AbortError when the signal does
 */
export async function waitForStore(
  { objects, log }: Pick<Service, "objects" | "log">,
  signal: AbortSignal,
  askEvery = ASK_EVERY,
): Promise<void> {
  let said: string | null = null;
  for (;;) {
    const fault = await objects.check().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (fault === null) return;
    if (fault !== said) log.warn({ fault }, "the object store cannot be used: work begins when it can");
    said = fault;
    await sleep(askEvery, undefined, { signal });
  }
}
