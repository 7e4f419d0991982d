import { onTestFinished } from "vitest";
import { type Child, spawnNode } from "./node-process.js";

/** A Node process of the test's own, which does not outlive the test. */
export function startNode(parameters: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const child = spawnNode(parameters, env);
  onTestFinished(() => void child.process.kill("SIGKILL"));
  return child;
}
