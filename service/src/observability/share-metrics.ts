import { AggregatorRegistry, type Registry } from "prom-client";
import { type MetricsMessage, PATIENCE } from "./metrics-messages.js";

/** How long the metrics of all are waited for, in milliseconds: longer than they are gathered. */
const LONGEST = 2 * PATIENCE;

export interface SharedMetrics {
  /** Summed up over all processes of the port. @throws when the one that started them does not answer */
  ofAll(): Promise<Registry>;
  close(): void;
}

/** In one of several processes of a port: tells the others its metrics, and learns theirs. */
export function shareMetrics(own: Registry): SharedMetrics {
  const waiting = new Map<number, (all: readonly object[]) => void>();
  let questions = 0;
  const hear = async (message: MetricsMessage) => {
    if (message.metrics === "all") waiting.get(message.question)?.(message.all);
    if (message.metrics === "own?") {
      send({ metrics: "own", question: message.question, own: await own.getMetricsAsJSON() });
    }
  };
  process.on("message", hear);
  return {
    async ofAll() {
      const question = questions++;
      let timer: NodeJS.Timeout | undefined;
      try {
        const all = await new Promise<readonly object[]>((resolve, reject) => {
          waiting.set(question, resolve);
          timer = setTimeout(() => reject(new Error(`the processes told no metrics within ${LONGEST} ms`)), LONGEST);
          send({ metrics: "all?", question });
        });
        return AggregatorRegistry.aggregate([...all]);
      } finally {
        clearTimeout(timer);
        waiting.delete(question);
      }
    },
    close: () => void process.off("message", hear),
  };
}

function send(message: MetricsMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
