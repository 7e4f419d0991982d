import { TerraformProvider, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { bindings } from "./optional-bindings.js";

/** The stack's provider of random values: the one that is there, or a new one. */
export function randomProvider(scope: IConstruct): TerraformProvider {
  const stack = TerraformStack.of(scope);
  const given = stack.node
    .findAll()
    .filter(TerraformProvider.isTerraformProvider)
    .find(({ terraformResourceType, alias }) => terraformResourceType === "random" && alias === undefined);
  if (given) return given;
  const { RandomProvider } = bindings.randomProvider();
  return new RandomProvider(stack, "random");
}
