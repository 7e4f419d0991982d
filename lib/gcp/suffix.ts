import type { Construct } from "constructs";
import { bindings } from "../cloud/optional-bindings.js";
import { randomProvider } from "../cloud/random-provider.js";

/** Letters for a name that Google does not give out again soon after it was deleted. */
export function suffix(scope: Construct): string {
  const { Id } = bindings.randomId();
  return new Id(scope, "suffix", { provider: randomProvider(scope), byteLength: 3 }).hex;
}
