import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { Construct } from "constructs";
import { WaitingIdentity } from "../cloud/waiting-identity.js";
import { resourceName } from "./names.js";
import type { GcpProject } from "./project.js";

/** A service account, made or brought along. */
export abstract class GcpIdentity extends WaitingIdentity {
  abstract readonly email: string;

  /** How IAM policies name it. */
  get member(): string {
    return `serviceAccount:${this.email}`;
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
