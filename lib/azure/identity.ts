import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { dependable, type ITerraformDependable, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Identity } from "../cloud/identity.js";
import type { AzureContext } from "./context.js";
import { pathFrom, resourceName } from "./names.js";

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
export abstract class AzureIdentity extends Construct implements Identity {
  abstract readonly principalId: string;
  /** What was given to `startAfter`; whatever waits shares this list and sees what is added later. */
  readonly dependencies: string[] = [];

  startAfter(...dependencies: readonly ITerraformDependable[]): void {
    const added = dependencies.map(dependable).filter((dependency) => !this.dependencies.includes(dependency));
    this.dependencies.push(...new Set(added));
  }

  /** Keeps a resource waiting for everything that this identity is to start after, also what is added later. */
  holdBack(resource: TerraformResource): void {
    this.startAfter(...(resource.dependsOn ?? []).map((fqn) => ({ fqn })));
    resource.dependsOn = this.dependencies;
  }

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
