import cluster, { type Worker } from "node:cluster";
import { type MetricsMessage, PATIENCE } from "./metrics-messages.js";

interface Question {
  readonly awaited: Set<Worker>;
  readonly heard: object[];
  end(): void;
}

/** In the process that started the others: has each of them learn the metrics of all that listen. */
export function passOnMetrics(): void {
  const listening = new Set<Worker>();
  const open = new Map<number, Question>();
  let questions = 0;

  const ask = (asker: Worker, theirs: number) => {
    const question = questions++;
    const heard: object[] = [];
    const end = () => {
      clearTimeout(timer);
      open.delete(question);
      send(asker, { metrics: "all", question: theirs, all: heard });
    };
    const timer = setTimeout(end, PATIENCE);
    open.set(question, { awaited: new Set(listening), heard, end });
    for (const worker of listening) send(worker, { metrics: "own?", question });
  };
  const settle = (worker: Worker, { awaited, end }: Question) => {
    if (awaited.delete(worker) && awaited.size === 0) end();
  };

  cluster.on("listening", (worker) => listening.add(worker));
  cluster.on("disconnect", (worker) => {
    listening.delete(worker);
    for (const question of open.values()) settle(worker, question);
  });
  cluster.on("message", (worker, message: MetricsMessage) => {
    if (message.metrics === "all?") ask(worker, message.question);
    const question = message.metrics === "own" ? open.get(message.question) : undefined;
    if (message.metrics !== "own" || !question) return;
    question.heard.push(message.own);
    settle(worker, question);
  });
}

/** One that ended meanwhile need not hear of it. */
function send(worker: Worker, message: MetricsMessage): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
