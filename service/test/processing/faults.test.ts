import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { Runner } from "../../faults/run-scenario.js";
import { SCENARIOS } from "../../faults/scenarios.js";
import { type Servers, startServers } from "../../faults/servers.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const UPLOADS = 20;
const PATIENCE = 180_000;

/** `npm run faults` in small. The role `all` has its own: crash.test.ts. */
describe.runIf(realParts().postgres && realParts().redis)("roles on servers", () => {
  const folder = temporaryFolder();
  let servers: Servers;
  let runner: Runner;
  beforeAll(async () => {
    servers = await startServers();
    runner = new Runner({
      uploads: UPLOADS,
      seed: 1,
      scale: 0.1,
      takeoverSeconds: 2,
      settlePatience: 60_000,
      folder,
      servers,
      say: () => {},
    });
  });
  afterAll(async () => {
    await runner.stop();
    await servers.stop();
  });

  const run = (name: string) => runner.run(SCENARIOS.find((scenario) => scenario.name === name)!);
  const nothingLost = { uploads: UPLOADS, accepted: UPLOADS, lost: 0, equal: true, crashes: [] };

  it(
    "lose nothing when workers and API are killed, Redis is emptied and restarted, PostgreSQL stops and storage fails",
    async () => {
      const outcome = await run("everything");
      expect(outcome).toMatchObject(nothingLost);
      expect(outcome.faults).toBeGreaterThan(5);
    },
    PATIENCE,
  );

  it(
    "make the same report of uploads that come at once as of those that come one after the other",
    async () => {
      expect(await run("concurrent")).toMatchObject(nothingLost);
    },
    PATIENCE,
  );
});
