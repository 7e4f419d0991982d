import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import type { AwsIdentity, PolicyStatement } from "./identity.js";
import type { AwsNetwork } from "./network.js";

export interface ExistingClusterAttributes {
  /** The cloud that it is in: an `Aws`, or anything with its provider. */
  readonly cloud: { readonly provider: AwsProvider };
  /** What EKS calls the cluster. */
  readonly name: string;
  /** The one that its nodes are in. */
  readonly network: AwsNetwork;
  /** The IAM role of the nodes. */
  readonly nodeRoleName: string;
  /** Security group of the nodes. @default the one that EKS made for the cluster */
  readonly nodeSecurityGroupId?: string | undefined;
  /**
   * Auto Scaling groups of the nodes that carry web pods, which a load balancer sends requests to.
   *
   * @default none: an ingress controller of the cluster's own does
   */
  readonly webGroups?: readonly string[] | undefined;
}

/** A cluster that is there already: looked up, never changed. */
export class ExistingCluster extends Construct {
  readonly data: DataAwsEksCluster;
  readonly nodeIdentity: AwsIdentity;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, attributes: ExistingClusterAttributes) {
    super(scope, id);
    const { cloud, name, nodeRoleName, nodeSecurityGroupId } = attributes;
    const { provider } = cloud;
    this.data = new DataAwsEksCluster(this, "cluster", { provider, name });
    const groupId = nodeSecurityGroupId ?? this.data.vpcConfig.get(0).clusterSecurityGroupId;
    // Rules ask a group for its id alone.
    this.securityGroup = { id: groupId } as SecurityGroup;
    // Of a role that others keep, grants need no more than this.
    this.nodeIdentity = new NodeRole(this, "nodes", provider, nodeRoleName) as unknown as AwsIdentity;
  }
}

/** The nodes' role, to which grants are added. */
class NodeRole extends Construct implements Pick<AwsIdentity, "allow" | "startAfter"> {
  constructor(
    scope: Construct,
    id: string,
    private readonly provider: AwsProvider,
    private readonly role: string,
  ) {
    super(scope, id);
  }

  allow(id: string, statements: readonly PolicyStatement[]): void {
    if (this.node.tryFindChild(id)) return;
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    new IamRolePolicy(this, id, { provider: this.provider, role: this.role, policy });
  }

  /** Nothing: the nodes run already. */
  startAfter(): void {}
}
