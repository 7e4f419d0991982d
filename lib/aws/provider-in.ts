import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformProvider, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * The provider for what is in the stack of `scope`. A provider belongs to the stack that it was made in; another stack
 * gets one that does the same, unless it has one for the region.
 */
export function providerIn(scope: IConstruct, provider: AwsProvider): AwsProvider {
  const stack = TerraformStack.of(scope);
  if (TerraformStack.of(provider) === stack) return provider;
  const there = stack.node.findAll().filter(isAws);
  const { region, defaultTagsInput, assumeRoleInput, profileInput } = provider;
  const same = there.find((other) => other.region === region);
  if (same) return same;
  return new AwsProvider(stack, "aws-of-cluster", {
    ...(region !== undefined && { region }),
    ...(defaultTagsInput !== undefined && { defaultTags: defaultTagsInput }),
    ...(assumeRoleInput !== undefined && { assumeRole: assumeRoleInput }),
    ...(profileInput !== undefined && { profile: profileInput }),
    ...(there.length > 0 && { alias: "cluster" }),
  });
}

function isAws(construct: IConstruct): construct is AwsProvider {
  return (
    TerraformProvider.isTerraformProvider(construct) && construct.terraformResourceType === AwsProvider.tfResourceType
  );
}
