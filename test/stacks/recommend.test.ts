import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { SettingsFile } from "../../stacks/settings.js";
import { serviceFields } from "../../stacks/strategies/service-fields.js";
import { built } from "../support/built.js";
import { run, SLOW } from "../support/programs.js";

const recommend = (...words: string[]) => run(process.execPath, [join(built(), "stacks/recommend.js"), ...words]);

describe("npm run recommend (G2, F11)", SLOW, () => {
  const load = ["--uploads-per-hour", "3000", "--report-mb", "1", "--growth", "0.2", "--years", "2"];

  it("prints strategy, sizes, reasons and the lines for the settings file", () => {
    const { status, output } = recommend(...load, "--cloud", "gcp");
    expect(status).toBe(0);
    expect(output).toMatch(/^load-balanced: more than 25 reports per minute/);
    expect(output).toMatch(/^ {2}machines +n1-standard-8 +\d+ to \d+$/m);
    expect(output).toMatch(/^ {2}worker +containers +9 or more$/m);
    expect(output).toMatch(/^ {2}database +database-4 +\d+ GB to start with$/m);
    expect(output).toContain("growing by 20 % a year for 2 years: 72 reports per minute");
    expect(output).toContain("stacks/settings/load-balanced-gcp.yaml");
    expect(output).toMatch(/strategy: load-balanced\ncloud: gcp\nuploads: \{ perHour: 3000, .* years: 2 \}\n$/);
  });

  it.each([
    [load],
    [["--reports-per-minute", "10"]],
    [["--reports-per-minute", "10", "--uptime", "--cloud", "azure"]],
    [["--reports-per-minute", "300"]],
  ])("prints lines that settings files take: %j", (words) => {
    const { settings, strategy, capacity } = JSON.parse(recommend(...words, "--json").output);
    const file = new SettingsFile("recommended.yaml", `${settings}image: a:1\n`);
    expect(file.kind()).toEqual({ strategy, cloud: parse(settings).cloud });
    const { uploads, reportsPerMinute } = file.read(serviceFields);
    expect(uploads === undefined ? reportsPerMinute : Math.ceil((uploads.perHour / 60) * 1.2 ** 2)).toBe(
      capacity.reportsPerMinute,
    );
  });

  it("takes one machine when it may be away for minutes, and says what the disk comes to hold", () => {
    const { output } = recommend("--reports-per-minute", "5");
    expect(output).toMatch(/^single-vm: /);
    expect(output).toMatch(/^ {2}data disk +\d+ GB to keep it all; set dataDiskGb$/m);
    expect(recommend("--reports-per-minute", "5", "--uptime").output).toMatch(/^load-balanced: it has to stay up/);
  });

  it.each([
    [[], "say either --uploads-per-hour or --reports-per-minute"],
    [["--uploads-per-hour", "1", "--reports-per-minute", "1"], "say either"],
    [["--reports-per-minute", "many"], "--reports-per-minute must be a number, got 'many'"],
    [["--reports-per-minute", ""], "--reports-per-minute must be a number, got ''"],
    [["--reports-per-minute", "0"], "allowed: above 0, at most 10000"],
    [["--uploads-per-hour", "10", "--years", "9"], "years must be a whole number, got 9; allowed: 1 to 3"],
    [["--reports-per-minute", "1", "--cloud", "mars"], "--cloud must be one of aws, gcp, azure, got 'mars'"],
    [["--reports"], "Unknown option '--reports'"],
  ])("fails in a line or two for %j", (words, message) => {
    const { status, output } = recommend(...words);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toContain("    at ");
  });

  it("explains every option", () => {
    const { status, output } = recommend("--help");
    expect(status).toBe(0);
    for (const option of ["uploads-per-hour", "report-mb", "growth", "years", "uptime", "cloud", "json"]) {
      expect(output).toContain(`--${option}`);
    }
  });
});
