import { fork } from "node:child_process";

/** What became of one input. */
export interface Outcome {
  readonly accepted: boolean;
  /** What must not happen but did, null when nothing did. */
  readonly failure: string | null;
  /** Of the processor's time, whatever else the machine did. */
  readonly milliseconds: number;
  /** Most memory that the process has had so far. */
  readonly mebibytes: number;
}

export type Message = "ready" | Outcome;

export interface Watched {
  /** The program that reads; the first seed and the number of inputs are its last arguments. */
  readonly program: string;
  readonly args: readonly string[];
  readonly seed: number;
  readonly inputs: number;
  /** Milliseconds of the processor's time that an input may take. */
  readonly mostMilliseconds: number;
  /** MiB that the process may have. */
  readonly mostMebibytes: number;
}

export interface Failure {
  readonly seed: number;
  readonly reason: string;
}

export interface Tally {
  inputs: number;
  accepted: number;
  refused: number;
  slowestMilliseconds: number;
  peakMiB: number;
}

/** A target that fails so often is broken: more of the same tells nothing. */
const MOST_FAILURES = 20;
const START_MILLISECONDS = 60_000;
/** An input hangs when it is not read after so many times what it may take: on a busy machine time is more than work. */
const PATIENCE = 10;
const KEPT_ERRORS = 4000;

/**
 * Has inputs read by a process that may crash, hang or take all memory: it is ended then, and another one goes on with
 * the next input.
 * @param onFailure also hears of the exceptions that the process tells of
 */
export async function watch(watched: Watched, tally: Tally, onFailure: (failure: Failure) => void): Promise<void> {
  const end = watched.seed + watched.inputs;
  let failures = 0;
  const fail = (seed: number, reason: string) => {
    tally.inputs++;
    failures++;
    onFailure({ seed, reason });
  };
  for (let next = watched.seed; next < end && failures < MOST_FAILURES; ) {
    const reason = await run({ ...watched, seed: next, inputs: end - next }, ({ accepted, failure, ...outcome }) => {
      if (failure !== null) fail(next, failure);
      else {
        tally.inputs++;
        tally[accepted ? "accepted" : "refused"]++;
      }
      tally.slowestMilliseconds = Math.max(tally.slowestMilliseconds, outcome.milliseconds);
      tally.peakMiB = Math.max(tally.peakMiB, outcome.mebibytes);
      next++;
      return failures < MOST_FAILURES;
    });
    if (reason !== null) fail(next++, reason);
  }
}

/**
 * @param take is told of each input that was read within the limits, and says whether to go on
 * @returns why the input after the last one taken was not read, null when all were or `take` had enough
 */
function run(watched: Watched, take: (outcome: Outcome) => boolean): Promise<string | null> {
  const { program, args, seed, inputs, mostMilliseconds, mostMebibytes } = watched;
  const child = fork(program, [...args, String(seed), String(inputs)], {
    execArgv: [`--max-old-space-size=${mostMebibytes}`],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.on("data", (text) => {
    errors = `${errors}${text}`.slice(-KEPT_ERRORS);
  });
  return new Promise((resolve, reject) => {
    let reason: string | null = null;
    let left = inputs;
    const end = (why: string | null) => {
      reason = why;
      left = 0;
      child.kill("SIGKILL");
    };
    const hangs = () => end(`has not ended after ${PATIENCE * mostMilliseconds} ms`);
    let timer = setTimeout(() => end("the process does not start"), START_MILLISECONDS);
    child.on("message", (message: Message) => {
      clearTimeout(timer);
      if (left === 0) return;
      if (message !== "ready") {
        const { milliseconds, mebibytes } = message;
        if (milliseconds > mostMilliseconds) return end(`took ${Math.round(milliseconds)} ms`);
        if (mebibytes > mostMebibytes) return end(`took ${Math.round(mebibytes)} MiB`);
        if (!take(message)) return end(null);
        left--;
      }
      if (left > 0) timer = setTimeout(hangs, PATIENCE * mostMilliseconds);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve(left > 0 ? `the process ended with ${signal ?? `status ${code}`}: ${errors}` : reason);
    });
  });
}
