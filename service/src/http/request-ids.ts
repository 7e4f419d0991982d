import { randomBytes } from "node:crypto";

/**
 * Ids for answers and lines of the log: a count behind something random for each process. They find a line, and open
 * nothing: being foreseen does no harm. A random one each would cost as much as routing a request.
 */
export function countedRequestIds(): () => string {
  const process = randomBytes(8).toString("hex");
  let count = 0;
  return () => `${process}-${++count}`;
}
