import { Writable } from "node:stream";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { waitForStore } from "../../src/processing/wait-for-store.js";
import type { ObjectStore } from "../../src/storage/object-store.js";

const EVERY = 1;

function away(faults: (string | null)[]) {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push((JSON.parse(String(chunk)) as { fault: string }).fault);
      done();
    },
  });
  const check = async () => {
    const fault = faults.shift() ?? null;
    if (fault !== null) throw new Error(fault);
  };
  return { service: { objects: { check } as ObjectStore, log: pino(sink) }, lines };
}

describe("work", () => {
  it("begins once the object store can be used, and the log says once each why it waits", async () => {
    const { service, lines } = away(["no bucket", "no bucket", "forbidden", null]);
    await waitForStore(service, new AbortController().signal, EVERY);
    expect(lines).toEqual(["no bucket", "forbidden"]);
  });

  it("no longer begins after a signal", async () => {
    const { service } = away(Array(1000).fill("no bucket"));
    const stop = new AbortController();
    const waiting = waitForStore(service, stop.signal, 60_000);
    stop.abort();
    await expect(waiting).rejects.toThrow(/abort/);
  });
});
