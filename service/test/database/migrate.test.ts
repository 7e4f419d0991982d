import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate, waitForSchema } from "../../src/database/migrate.js";
import type { Database } from "../../src/database/schema.js";
import { openTestDatabase } from "../support/embedded-database.js";

describe("migrations on the embedded database", () => {
  let db: Kysely<Database>;
  beforeAll(async () => {
    db = await openTestDatabase();
  });
  afterAll(() => db.destroy());

  it("run once", async () => {
    expect(await migrate(db)).toEqual([]);
    await waitForSchema(db, 0);
  });
});
