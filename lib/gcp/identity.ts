import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { dependable, type ITerraformDependable, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Identity } from "../cloud/identity.js";
import { resourceName } from "./names.js";
import type { GcpProject } from "./project.js";

/** A service account, made or brought along. */
export abstract class GcpIdentity extends Construct implements Identity {
  abstract readonly email: string;
  /** What was given to `startAfter`; whatever waits shares this list and sees what is added later. */
  readonly dependencies: string[] = [];

  /** How IAM policies name it. */
  get member(): string {
    return `serviceAccount:${this.email}`;
  }

  startAfter(...dependencies: readonly ITerraformDependable[]): void {
    const added = dependencies.map(dependable).filter((dependency) => !this.dependencies.includes(dependency));
    this.dependencies.push(...new Set(added));
  }

  /** Keeps a resource waiting for everything that this identity is to start after, also what is added later. */
  holdBack(resource: TerraformResource): void {
    this.startAfter(...(resource.dependsOn ?? []).map((fqn) => ({ fqn })));
    resource.dependsOn = this.dependencies;
  }
}

/** Google takes no longer id for a service account. */
const LONGEST_ACCOUNT_ID = 30;

/** A service account of its own that may do nothing but what it was granted. */
export class GcpServiceAccount extends GcpIdentity {
  readonly account: ServiceAccount;
  readonly #project: GcpProject;

  constructor(scope: Construct, id: string, project: GcpProject) {
    super(scope, id);
    this.#project = project;
    this.account = new ServiceAccount(this, "account", {
      provider: project.provider,
      accountId: resourceName(this, "", LONGEST_ACCOUNT_ID),
      displayName: this.node.path.slice(0, 100),
      dependsOn: project.apis("iam"),
    });
  }

  get email(): string {
    return this.account.email;
  }

  /** Grants a role on the whole project: for what cannot be granted on less. */
  allowInProject(id: string, role: string): void {
    const { provider, project } = this.#project;
    const dependsOn = this.#project.apis("cloudresourcemanager");
    this.startAfter(new ProjectIamMember(this, id, { provider, project, role, member: this.member, dependsOn }));
  }
}

/** A service account that is there already. */
export class ExistingServiceAccount extends GcpIdentity {
  constructor(
    scope: Construct,
    id: string,
    readonly email: string,
  ) {
    super(scope, id);
  }
}
