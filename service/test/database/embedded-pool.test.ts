import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { migrate } from "../../src/database/migrate.js";
import { openDatabase } from "../../src/database/open.js";
import { openLog } from "../../src/observability/log.js";

it("the embedded database keeps what was written when it is opened again", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "coverstack-data-"));
  const open = async () => (await openDatabase({ databaseUrl: null, dataDir }, openLog({ logLevel: "silent" }))).db;
  const first = await open();
  expect(await migrate(first)).toContain("0001-uploads-and-reports");
  await first.insertInto("owners").values({ service: "github", username: "jane" }).execute();
  await first.destroy();
  const second = await open();
  expect(await migrate(second)).toEqual([]);
  expect((await sql`select username from owners`.execute(second)).rows).toEqual([{ username: "jane" }]);
  await second.destroy();
  await rm(dataDir, { recursive: true });
});

it("an embedded database that is damaged is named", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "coverstack-data-"));
  await mkdir(join(dataDir, "database"));
  await writeFile(join(dataDir, "database/PG_VERSION"), "nonsense");
  const opening = openDatabase({ databaseUrl: null, dataDir }, openLog({ logLevel: "silent" }));
  await expect(opening).rejects.toThrow(`the embedded database in ${dataDir}/database cannot be opened`);
  await rm(dataDir, { recursive: true });
});
