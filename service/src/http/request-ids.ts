import { randomBytes } from "node:crypto";

/**
 * Ids for answers and lines of the log: a count behind something random for each process. They find a line, and open
 * nothing; whoever reads two of them learns how many requests came between. A random one each would cost as much as routing.
 */
export function countedRequestIds(): () => string {
  const prefix = randomBytes(8).toString("hex");
  let count = 0;
  return () => `${prefix}-${++count}`;
}
