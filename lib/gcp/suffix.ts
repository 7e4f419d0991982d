import { Id } from "@cdktf/provider-random/lib/id";
import type { Construct } from "constructs";
import { randomProvider } from "../cloud/random-provider.js";

/** Letters for a name that Google does not give out again soon after it was deleted. */
export function suffix(scope: Construct): string {
  return new Id(scope, "suffix", { provider: randomProvider(scope), byteLength: 3 }).hex;
}
