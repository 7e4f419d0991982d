/** Counters, timings and gauges, sent to Prometheus and, where `STATSD_HOST` is set, to statsd by the same name. */
export interface Metrics {
  increment(name: MetricName, tags?: MetricTags): void;
  /** Milliseconds. */
  timing(name: MetricName, milliseconds: number, tags?: MetricTags): void;
  gauge(name: MetricName, value: number, tags?: MetricTags): void;
  /** Prometheus text format. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
  close(): Promise<void>;
}

/** Few values each: a tag must never carry an id, a path or a SHA. */
export type MetricTags = Readonly<Record<string, string>>;

export type MetricName =
  | "http_requests"
  | "http_request_duration"
  | "uploads_accepted"
  | "uploads_rejected"
  | "upload_bytes"
  | "uploads_processed"
  | "processing_duration"
  | "merges"
  | "merge_duration"
  | "queue_depth";
