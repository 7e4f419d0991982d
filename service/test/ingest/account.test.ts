import { expect, it } from "vitest";
import { withinAccount } from "../../src/ingest/account.js";

const report = (characters: number) => ({
  name: "lcov.info",
  format: "lcov",
  files: 1,
  dropped: [],
  droppedCount: 0,
  notes: ["x".repeat(characters)],
});

it("an account has an entry for each report", () => {
  const reports = [report(10), report(20)];
  expect(withinAccount(reports, ["note"])).toEqual({ reports, notes: ["note"] });
});

it("an account says how many reports it has no room for", () => {
  const reports = Array.from({ length: 2100 }, () => report(2000));
  const { reports: listed, notes } = withinAccount(reports, ["note"]);
  expect(JSON.stringify(listed).length).toBeLessThan(2_001_000);
  expect(listed.length).toBeGreaterThan(900);
  expect(notes).toEqual([
    "note",
    `${(2100 - listed.length).toLocaleString("en")} more reports were read, which are not listed`,
  ]);
});

it("an account has room for fewer reports where its notes take it", () => {
  const reports = Array.from({ length: 900 }, () => report(2000));
  expect(withinAccount(reports, ["note"]).reports).toHaveLength(900);
  expect(withinAccount(reports, ["x".repeat(1_000_000)]).reports.length).toBeLessThan(500);
});
