interface Definition {
  readonly kind: "counter" | "timing" | "gauge";
  readonly help: string;
  readonly tags: readonly string[];
}

/**
 * Every metric of the service. Prometheus shows `coverstack_NAME`, statsd `coverstack.NAME`. A tag has few values: it
 * never carries an id, a path or a SHA.
 */
export const METRICS = {
  http_request_duration: {
    kind: "timing",
    help: "Time to answer, ms; its count is that of answers sent to their end",
    tags: ["method", "route", "status"],
  },
  uploads_accepted: { kind: "counter", help: "Uploads whose body is in storage", tags: ["endpoint"] },
  uploads_rejected: { kind: "counter", help: "Uploads refused", tags: ["endpoint", "reason"] },
  upload_bytes: { kind: "counter", help: "Bytes of upload bodies as sent", tags: ["endpoint"] },
  uploads_processed: { kind: "counter", help: "Uploads read, by what became of them", tags: ["result"] },
  processing_duration: { kind: "timing", help: "Time to read an upload, ms", tags: ["result"] },
  merges: { kind: "counter", help: "Attempts to merge sessions into a commit's report", tags: ["result"] },
  merge_duration: { kind: "timing", help: "Time to merge, ms", tags: ["result"] },
  queue_depth: { kind: "gauge", help: "Jobs that wait or run", tags: [] },
} as const satisfies Record<string, Definition>;

export type MetricName = keyof typeof METRICS;
type NameOf<Kind extends Definition["kind"]> = {
  [Name in MetricName]: (typeof METRICS)[Name]["kind"] extends Kind ? Name : never;
}[MetricName];
export type MetricTags<Name extends MetricName> = Readonly<
  Partial<Record<(typeof METRICS)[Name]["tags"][number], string>>
>;

/** Counters, timings and gauges, sent to Prometheus and, where `STATSD_HOST` is set, to statsd. Tags are kept: hand over new ones. */
export interface Metrics {
  /** @param by @default 1 */
  increment<Name extends NameOf<"counter">>(name: Name, tags?: MetricTags<Name>, by?: number): void;
  timing<Name extends NameOf<"timing">>(name: Name, milliseconds: number, tags?: MetricTags<Name>): void;
  /** @param value null: not known, and left out */
  gauge<Name extends NameOf<"gauge">>(name: Name, value: number | null, tags?: MetricTags<Name>): void;
  /** Prometheus text format, of all processes that share the port. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
  close(): Promise<void>;
}
