import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { openLog } from "../../src/observability/log.js";
import { METRICS, type Metrics } from "../../src/observability/metrics.js";
import { openMetrics } from "../../src/observability/open-metrics.js";
import { until } from "../support/until.js";

const log = openLog({ logLevel: "silent" });
let metrics: Metrics;
afterEach(() => metrics.close());

it("metrics are exposed to Prometheus from the start, with those of the process", async () => {
  metrics = openMetrics({ statsd: null }, log);
  const { contentType, body } = await metrics.expose();
  expect(contentType).toMatch(/^text\/plain/);
  for (const [name, { help }] of Object.entries(METRICS)) expect(body).toContain(`# HELP coverstack_${name} ${help}`);
  expect(body).toContain("process_resident_memory_bytes");
  expect(body).toContain("nodejs_eventloop_lag_p99_seconds");
});

it("metrics of two services in one process do not mix", async () => {
  metrics = openMetrics({ statsd: null }, log);
  const other = openMetrics({ statsd: null }, log);
  metrics.increment("merges", { result: "merged" });
  expect((await metrics.expose()).body).toContain('coverstack_merges{result="merged"} 1');
  expect((await other.expose()).body).not.toContain('result="merged"');
  await other.close();
});

it("F25: metrics reach statsd and Prometheus by the same name", async () => {
  const server = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
  let received = "";
  server.on("message", (message) => {
    received += `${message}\n`;
  });
  metrics = openMetrics({ statsd: { host: "127.0.0.1", port: server.address().port } }, log);
  metrics.increment("upload_bytes", { endpoint: "v4" }, 512);
  metrics.timing("merge_duration", 42, { result: "merged" });
  metrics.gauge("queue_depth", 3);
  await until(() => received.split("\n").length > 3);
  server.close();
  expect(received.trim().split("\n")).toEqual([
    "coverstack.upload_bytes:512|c|#endpoint:v4",
    "coverstack.merge_duration:42|ms|#result:merged",
    "coverstack.queue_depth:3|g",
  ]);
  const { body } = await metrics.expose();
  expect(body).toContain('coverstack_upload_bytes{endpoint="v4"} 512');
  expect(body).toContain('coverstack_merge_duration_sum{result="merged"} 42');
  expect(body).toContain("coverstack_queue_depth 3");
});
