import { Id } from "@cdktf/provider-random/lib/id";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** The stack's provider of random values: the one that it has, or a new one. */
export function randomProvider(scope: Construct): TerraformProvider {
  const stack = TerraformStack.of(scope);
  const there = stack.node
    .findAll()
    .find(
      (child): child is TerraformProvider =>
        TerraformProvider.isTerraformProvider(child) && child.terraformResourceType === RandomProvider.tfResourceType,
    );
  return there ?? new RandomProvider(stack, "random");
}

/** Letters for a name that Google does not give out again soon after it was deleted. */
export function suffix(scope: Construct): string {
  return new Id(scope, "suffix", { provider: randomProvider(scope), byteLength: 3 }).hex;
}
