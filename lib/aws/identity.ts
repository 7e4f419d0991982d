import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import { WaitingIdentity } from "../cloud/waiting-identity.js";
import { KEEPS_NAME, namePrefix, partition } from "./names.js";

/** One statement of an IAM policy. */
export interface PolicyStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM role, made or brought along. */
export abstract class AwsIdentity extends WaitingIdentity {
  abstract readonly roleName: string;

  constructor(
    scope: Construct,
    id: string,
    protected readonly provider: AwsProvider,
  ) {
    super(scope, id);
  }

  /** Adds an inline policy. Asked twice for the same id, the first stays. */
  allow(id: string, statements: readonly PolicyStatement[]): void {
    if (this.node.tryFindChild(id)) return;
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    this.startAfter(new IamRolePolicy(this, id, { provider: this.provider, role: this.roleName, policy }));
  }
}

/** Who takes a role on: `ec2.amazonaws.com` for machines, `pods.eks.amazonaws.com` for pods. */
export type AwsService = `${string}.amazonaws.com`;

/** A role of its own that may do nothing but what it was allowed. */
export class AwsRole extends AwsIdentity {
  readonly role: IamRole;

  constructor(scope: Construct, id: string, provider: AwsProvider, service: AwsService) {
    super(scope, id, provider);
    // EKS names cluster, namespace and account in the session's tags.
    const action = service === "pods.eks.amazonaws.com" ? ["sts:AssumeRole", "sts:TagSession"] : "sts:AssumeRole";
    this.role = new IamRole(this, "role", {
      provider,
      namePrefix: namePrefix(this),
      lifecycle: KEEPS_NAME,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: action, Principal: { Service: service } }],
      }),
    });
  }

  get roleName(): string {
    return this.role.name;
  }

  /** Attaches one of AWS's own policies, by its name. */
  attach(id: string, policyName: string): void {
    const { provider, roleName: role } = this;
    const policyArn = `arn:${partition(provider.region ?? "")}:iam::aws:policy/${policyName}`;
    this.startAfter(new IamRolePolicyAttachment(this, id, { provider, role, policyArn }));
  }
}

/** A role that is there already. */
export class ExistingRole extends AwsIdentity {
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    readonly roleName: string,
  ) {
    super(scope, id, provider);
  }
}
