import cluster from "node:cluster";
import { StatsD } from "hot-shots";
import type { Logger } from "pino";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Settings } from "../settings/settings.js";
import { METRICS, type MetricName, type Metrics } from "./metrics.js";
import { shareMetrics } from "./share-metrics.js";

const MILLISECONDS = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000];

export function openMetrics(settings: Pick<Settings, "statsd">, log: Logger): Metrics {
  /** What each process counts for itself. */
  const own = new Registry();
  /** What is the same for all of them. */
  const common = new Registry();
  collectDefaultMetrics({ register: own });
  const counters = new Map<MetricName, Counter>();
  const timings = new Map<MetricName, Histogram>();
  const gauges = new Map<MetricName, Gauge>();
  for (const [name, { kind, help, tags }] of Object.entries(METRICS) as [MetricName, (typeof METRICS)[MetricName]][]) {
    const options = { name: `coverstack_${name}`, help, labelNames: tags, registers: [own] };
    if (kind === "counter") counters.set(name, new Counter(options));
    else if (kind === "timing") timings.set(name, new Histogram({ ...options, buckets: MILLISECONDS }));
    else gauges.set(name, new Gauge({ ...options, registers: [common] }));
  }
  const statsd = settings.statsd
    ? new StatsD({
        ...settings.statsd,
        prefix: "coverstack.",
        cacheDns: true,
        errorHandler: (error) => log.debug({ err: error }, "statsd could not be reached"),
      })
    : null;
  const shared = cluster.isWorker ? shareMetrics(own) : null;

  return {
    increment(name, tags, by = 1) {
      counters.get(name)!.inc(tags ?? {}, by);
      statsd?.increment(name, by, { ...tags });
    },
    timing(name, milliseconds, tags) {
      timings.get(name)!.observe(tags ?? {}, milliseconds);
      statsd?.timing(name, milliseconds, { ...tags });
    },
    gauge(name, value, tags) {
      if (value === null) {
        gauges.get(name)!.remove({ ...tags });
        return;
      }
      gauges.get(name)!.set({ ...tags }, value);
      statsd?.gauge(name, value, { ...tags });
    },
    async expose() {
      const all = shared ? await shared.ofAll() : own;
      return { contentType: own.contentType, body: `${await all.metrics()}\n${await common.metrics()}` };
    },
    async close() {
      shared?.close();
      if (statsd) await new Promise((resolve) => statsd.close(resolve));
    },
  };
}
