import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { pathFrom } from "../cloud/path-from.js";
import { WaitingIdentity } from "../cloud/waiting-identity.js";
import type { AzureContext } from "./context.js";
import { resourceName } from "./names.js";

export interface Grant {
  /** What the identity then may do, in a word for the assignment's id. */
  readonly verb: string;
  /** One of Azure's own roles. */
  readonly role: string;
  /** Id of the one resource. */
  readonly on: string;
  /** What else must be there before the right is of use. @default nothing */
  readonly after?: readonly ITerraformDependable[];
}

/** Who a machine, a gateway or a pod is in Entra ID. */
export abstract class AzureIdentity extends WaitingIdentity {
  abstract readonly principalId: string;

  /** Gives the identity a role on one resource, and makes it wait for that. Asked twice for the same, it does nothing. */
  grant(scope: Construct, { verb, role, on, after = [] }: Grant, azure: AzureContext): void {
    const id = `${verb}-by-${pathFrom(scope, this)}`;
    if (scope.node.tryFindChild(id)) return;
    const assignment = new RoleAssignment(scope, id, {
      provider: azure.provider,
      scope: on,
      roleDefinitionName: role,
      principalId: this.principalId,
      // Named, a principal is taken even before the directory has spread the news of it.
      principalType: "ServicePrincipal",
    });
    this.startAfter(assignment, ...after);
  }
}

/** A user-assigned managed identity that may do nothing but what it was granted. */
export class ManagedIdentity extends AzureIdentity {
  readonly identity: UserAssignedIdentity;

  constructor(scope: Construct, id: string, azure: AzureContext) {
    super(scope, id);
    this.identity = new UserAssignedIdentity(this, "identity", { ...azure.home, name: resourceName(this, 128) });
  }

  get principalId(): string {
    return this.identity.principalId;
  }

  get clientId(): string {
    return this.identity.clientId;
  }

  get resourceId(): string {
    return this.identity.id;
  }
}

/** An identity that is there already, by its object id. */
export class ExistingIdentity extends AzureIdentity {
  constructor(
    scope: Construct,
    id: string,
    readonly principalId: string,
  ) {
    super(scope, id);
  }
}
