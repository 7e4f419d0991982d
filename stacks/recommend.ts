import { parseArgs } from "node:util";
import type { CloudName } from "../lib/cloud/cloud.js";
import { CoverstackError } from "../lib/errors.js";
import { Capacity } from "../lib/workload/capacity.js";
import { type Recommendation, recommend } from "../lib/workload/recommendation.js";

const HELP = `Recommends a strategy and sizes for a load.

  npm run recommend -- --uploads-per-hour N [--report-mb N] [--growth N] [--years N] [--uptime] [--cloud CLOUD] [--json]
  npm run recommend -- --reports-per-minute N [--uptime] [--cloud CLOUD] [--json]

  --uploads-per-hour N    uploads in the busiest hour, today
  --report-mb N           a report as CI writes it, before it is compressed, MB    default: 2
  --growth N              how much more each year brings; 0.3 is 30 %              default: 0
  --years N               years to plan for, 1 to 3                                default: 1
  --reports-per-minute N  instead of the above: reports in the busiest minute
  --uptime                it has to stay up while a machine fails or is replaced
  --cloud CLOUD           aws, gcp or azure                                        default: aws
  --json                  for machines
  --help                  this text
`;

const CLOUDS: readonly string[] = ["aws", "gcp", "azure"] satisfies readonly CloudName[];

class UsageError extends Error {}

interface Answer extends Recommendation {
  readonly capacity: Capacity;
  /** For the settings file. */
  readonly settings: string;
}

const OPTIONS = {
  "uploads-per-hour": { type: "string" },
  "report-mb": { type: "string", default: "2" },
  growth: { type: "string", default: "0" },
  years: { type: "string", default: "1" },
  "reports-per-minute": { type: "string" },
  uptime: { type: "boolean", default: false },
  cloud: { type: "string", default: "aws" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

function main(): void {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { cloud, uptime } = values;
  if (!CLOUDS.includes(cloud)) throw new UsageError(`--cloud must be one of ${CLOUDS.join(", ")}, got '${cloud}'`);
  const { capacity, setting } = read(values);
  const recommendation = recommend(capacity, uptime);
  const settings = [`strategy: ${recommendation.strategy}`, `cloud: ${cloud}`, setting];
  const answer = { ...recommendation, capacity, settings: settings.map((line) => `${line}\n`).join("") };
  process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : render(answer, cloud));
}

/** The capacity for the load, and the line of a settings file that says the same. */
function read(values: Values): { readonly capacity: Capacity; readonly setting: string } {
  const perHour = values["uploads-per-hour"];
  const perMinute = values["reports-per-minute"];
  if ((perHour === undefined) === (perMinute === undefined)) {
    throw new UsageError("say either --uploads-per-hour or --reports-per-minute; --help explains both");
  }
  if (perMinute !== undefined) {
    const reportsPerMinute = number("reports-per-minute", perMinute);
    return {
      capacity: Capacity.forReportsPerMinute(reportsPerMinute),
      setting: `reportsPerMinute: ${reportsPerMinute}`,
    };
  }
  const load = {
    uploadsPerHour: number("uploads-per-hour", perHour ?? ""),
    averageReportMb: number("report-mb", values["report-mb"]),
    growthPerYear: number("growth", values.growth),
    years: number("years", values.years),
  };
  const { uploadsPerHour, ...rest } = load;
  const parts = Object.entries({ perHour: uploadsPerHour, ...rest }).map(([key, value]) => `${key}: ${value}`);
  return { capacity: Capacity.forUploads(load), setting: `uploads: { ${parts.join(", ")} }` };
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new UsageError(`--${option} must be a number, got '${text}'`);
  return value;
}

function render({ strategy, reason, machines, capacity, settings }: Answer, cloud: string): string {
  const { roles, database, redisGb, objectStoreGb, reasoning } = capacity;
  const rows = [
    ...machines.map(({ name, size, min, max }) => [name, size.name, range(min, max)]),
    ...Object.entries(roles).map(([role, { replicas, max }]) => [role, "containers", COUNTS[strategy](replicas, max)]),
    ...(strategy === "single-vm"
      ? [["data disk", "", `${database.storageGb + objectStoreGb} GB to keep it all; set dataDiskGb`]]
      : [
          ["database", database.size.name, `${database.storageGb} GB to start with`],
          ["queue", "Redis", `${redisGb} GB`],
          ["objects", "", `${objectStoreGb} GB to keep it all`],
        ]),
  ];
  return [
    `${strategy}: ${reason}`,
    table(rows),
    ["Why, as an estimate to correct by what you watch:", ...reasoning.map((why) => `  - ${why}`)].join("\n"),
    `For the settings file, the rest as in stacks/settings/${strategy}-${cloud}.yaml:`,
    settings,
  ].join("\n\n");
}

/** How many containers a role has: on machines that are added as a whole, as many as each has CPUs for. */
const COUNTS: Readonly<Record<Recommendation["strategy"], (replicas: number, max: number) => string>> = {
  "single-vm": (replicas) => `${replicas}`,
  "load-balanced": (replicas) => `${replicas} or more`,
  kubernetes: range,
};

function range(min: number, max: number): string {
  return min === max ? `${min}` : `${min} to ${max}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(([what, size, count]) => `  ${what.padEnd(widths[0])}  ${size.padEnd(widths[1])}  ${count}`.trimEnd())
    .join("\n");
}

try {
  main();
} catch (error) {
  const isExpected =
    error instanceof UsageError ||
    error instanceof CoverstackError ||
    (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS");
  if (!isExpected) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
