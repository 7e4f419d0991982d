import { TerraformLocal, type TerraformProvider, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/** Write-only arguments, which alone may take ephemeral values, came with this version. */
export const FIRST_TERRAFORM = ">= 1.11.0";

/**
 * Adds an ephemeral resource, which cdktf has no class for. Terraform computes it anew in every run and keeps it
 * neither in plans nor in state.
 *
 * @returns the expression of its `attribute`, without `${}`
 */
export function ephemeral(
  scope: Construct,
  id: string,
  type: string,
  { provider, attribute, config }: { provider?: TerraformProvider | undefined; attribute: string; config: object },
): string {
  const stack = TerraformStack.of(scope);
  const name = `${scope.node.path.slice(stack.node.path.length + 1)}/${id}`.replace(/[^\w-]/g, "_");
  // Overrides are written down too late to name what another stack has; local values are not.
  const values = Object.entries(config).map(([argument, value]: [string, unknown]) => {
    const isElsewhere = typeof value === "string" && Token.isUnresolved(value);
    return [argument, isElsewhere ? new TerraformLocal(scope, `${id}-${argument}`, value).asString : value];
  });
  stack.addOverride("terraform.required_version", FIRST_TERRAFORM);
  stack.addOverride(`ephemeral.${type}.${name}`, {
    ...Object.fromEntries(values),
    ...(provider && { provider: provider.fqn }),
  });
  return `ephemeral.${type}.${name}.${attribute}`;
}
