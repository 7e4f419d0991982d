import { describe, expect, it } from "vitest";
import { bullseye } from "../../src/formats/bullseye.js";
import { clover } from "../../src/formats/clover.js";
import { cobertura } from "../../src/formats/cobertura.js";
import { jacoco } from "../../src/formats/jacoco.js";
import type { ReportFormat } from "../../src/formats/parser.js";
import { dateIn } from "../../src/formats/report-date.js";
import { parse } from "../support/parsing.js";

describe("the date in a text", () => {
  it.each([
    ["1700000000", "2023-11-14T22:13:20Z"],
    ["1700000000123", "2023-11-14T22:13:20.123Z"],
    [" 1700000000.9 ", "2023-11-14T22:13:20Z"],
    ["1234_2020-10-28_17:55:47", "2020-10-28T17:55:47Z"],
    ["2020-10-28", "2020-10-28T00:00:00Z"],
    ["2020-10-28T17:55", "2020-10-28T17:55:00Z"],
    ["2020-10-28 17:55:47.123+02:00", "2020-10-28T15:55:47Z"],
    ["28-10-2020", "2020-10-28T00:00:00Z"],
  ])("%j is %s", (text, date) => {
    expect(dateIn(text)).toBe(Date.parse(date));
  });

  it.each(["", "0", "soon", "-5", "8.9.60", "8.9.60 Linux", "2020-13-45", "45-13-2020", "9".repeat(30), "NaN"])(
    "%j is none",
    (text) => {
      expect(dateIn(text)).toBeNull();
    },
  );
});

describe("when a report was made", () => {
  it.each<[string, ReportFormat, (date: string) => string]>([
    ["Bullseye's buildId", bullseye, (date) => `<BullseyeCoverage buildId="${date}"></BullseyeCoverage>`],
    ["Clover's generated", clover, (date) => `<coverage generated="${date}"></coverage>`],
    ["Cobertura's timestamp", cobertura, (date) => `<coverage timestamp="${date}"></coverage>`],
    ["that of scoverage's Cobertura", cobertura, (date) => `<scoverage timestamp="${date}"></scoverage>`],
    [
      "the start of JaCoCo's first session",
      jacoco,
      (date) => `<report><sessioninfo start="${date}"/><sessioninfo start="5"/></report>`,
    ],
  ])("is told by %s", (_, format, report) => {
    expect(parse(format, report("1700000000")).madeAt).toBe(1_700_000_000_000);
    expect(parse(format, report("2020-10-28_17:55:47")).madeAt).toBe(Date.UTC(2020, 9, 28, 17, 55, 47));
  });

  it.each<[string, ReportFormat, string]>([
    ["Bullseye", bullseye, '<BullseyeCoverage buildId="8.9.60"></BullseyeCoverage>'],
    ["Clover", clover, '<coverage generated="x"></coverage>'],
    ["Cobertura", cobertura, '<coverage timestamp=""></coverage>'],
    ["JaCoCo", jacoco, "<report><sessioninfo/></report>"],
  ])("is not known where %s writes none", (_, format, report) => {
    expect(parse(format, report)).toMatchObject({ madeAt: null, fault: null });
  });
});
