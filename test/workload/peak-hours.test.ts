import { describe, expect, it } from "vitest";
import { PeakHours, type Weekday } from "../../lib/index.js";

const workday = { timeZone: "Europe/Berlin", from: 8, to: 18, min: 4 };

describe("peak hours (F19)", () => {
  it("are Monday to Friday unless they say otherwise", () => {
    expect(new PeakHours(workday).days).toEqual(["MON", "TUE", "WED", "THU", "FRI"]);
    expect(new PeakHours({ ...workday, days: ["SUN"] }).days).toEqual(["SUN"]);
  });

  it.each([
    [{ timeZone: "Berlin" }, `'timeZone' must be an IANA time zone, got "Berlin"`],
    [{ from: 18, to: 8 }, 'peak hours must begin before they end, got {"from":18,"to":8}'],
    [{ to: 24 }, "allowed: whole hours of one day, 0 to 23"],
    [{ from: 7.5 }, "peak hours must begin before they end"],
    [{ min: 0 }, "'min' must be a whole number, got 0; allowed: 1 or more"],
    [{ days: [] }, "'days' must name days"],
    [{ days: ["Monday" as Weekday] }, `'days' must name days, got ["Monday"]; allowed: MON, TUE`],
  ])("refuse %j", (wrong, message) => {
    expect(() => new PeakHours({ ...workday, ...wrong })).toThrow(message);
  });
});
