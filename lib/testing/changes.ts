import type { TerraformEvent } from "./terraform.js";

/** Something that Terraform did. A replacement is two: its "delete" and its "create", in the order of the plan. */
export interface Operation {
  readonly stack: string;
  readonly action: "create" | "update" | "delete" | "read";
  readonly address: string;
  readonly type: string;
}

/** Something that Terraform would do. Outputs have the address "output.NAME" and the type "output". */
export interface PlannedChange {
  readonly stack: string;
  readonly action: "create" | "update" | "replace" | "delete" | "read" | "move";
  readonly address: string;
  readonly type: string;
}

/** What an event says was done. */
export function operations(stack: string, { type, hook }: TerraformEvent): readonly Operation[] {
  if (type !== "apply_complete" || hook === undefined) return [];
  const { addr, resource_type } = hook.resource;
  return [{ stack, action: hook.action as Operation["action"], address: addr, type: resource_type }];
}

/** What an event says would be done. */
export function plannedChanges(
  stack: string,
  { type, change, outputs = {} }: TerraformEvent,
): readonly PlannedChange[] {
  if (type === "outputs") {
    return Object.entries(outputs)
      .filter(([, { action = "noop" }]) => action !== "noop")
      .map(([name, { action }]) => ({
        stack,
        action: action as PlannedChange["action"],
        address: `output.${name}`,
        type: "output",
      }));
  }
  if (type !== "planned_change" || change === undefined || change.action === "noop") return [];
  const { addr, resource_type } = change.resource;
  return [{ stack, action: change.action as PlannedChange["action"], address: addr, type: resource_type }];
}
