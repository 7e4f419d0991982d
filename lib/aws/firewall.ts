import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { checkCidr, isIpv6Range, rangeWord } from "../cloud/cidr.js";
import type { TrafficSource } from "../cloud/identity.js";
import { pathFrom } from "../cloud/path-from.js";
import { namePrefix } from "./names.js";

/** Where traffic comes from on AWS: whatever carries this security group. */
export interface AwsSource extends TrafficSource {
  readonly securityGroup: SecurityGroupId;
}

/** A security group, of which rules ask no more. */
export interface SecurityGroupId {
  readonly id: string;
}

/** A security group without rules: nothing goes in or out. */
export function securityGroup(scope: Construct, provider: AwsProvider, vpcId: string): SecurityGroup {
  return new SecurityGroup(scope, "security-group", {
    provider,
    vpcId,
    namePrefix: namePrefix(scope),
    description: scope.node.path,
    tags: { Name: scope.node.path },
    // A stack that is renamed keeps its groups, and with them the machines that carry them.
    lifecycle: { ignoreChanges: ["name_prefix", "description"] },
  });
}

/**
 * Opens one TCP port between two security groups: in at the one, out at the other, no address range in it. Asked twice
 * for the same, it does nothing.
 *
 * @param to a group, and the part under which its rule is kept
 */
export function allowBetween(
  from: AwsSource,
  to: { readonly securityGroup: SecurityGroupId; readonly scope: Construct },
  port: number,
  provider: AwsProvider,
): void {
  const rule = { provider, ipProtocol: "tcp", fromPort: port, toPort: port };
  const ingress = `from-${pathFrom(to.scope, from)}-${port}`;
  if (to.scope.node.tryFindChild(ingress)) return;
  new VpcSecurityGroupIngressRule(to.scope, ingress, {
    ...rule,
    securityGroupId: to.securityGroup.id,
    referencedSecurityGroupId: from.securityGroup.id,
  });
  new VpcSecurityGroupEgressRule(from, `to-${pathFrom(from, to.scope)}-${port}`, {
    ...rule,
    securityGroupId: from.securityGroup.id,
    referencedSecurityGroupId: to.securityGroup.id,
  });
}

/** Opens one TCP port from or to a range of addresses. Asked twice for the same, it gives the same rule. */
export function allowRange(
  part: AwsSource & Construct,
  direction: "from" | "to",
  cidr: string,
  port: number,
  provider: AwsProvider,
): ITerraformDependable {
  checkCidr(cidr, "cidr", part);
  const id = `${direction}-${rangeWord(cidr, part)}-${port}`;
  const existing = part.node.tryFindChild(id);
  if (existing) return existing as VpcSecurityGroupIngressRule | VpcSecurityGroupEgressRule;
  const rule = {
    provider,
    securityGroupId: part.securityGroup.id,
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
    ...(isIpv6Range(cidr) ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
  };
  return direction === "from"
    ? new VpcSecurityGroupIngressRule(part, id, rule)
    : new VpcSecurityGroupEgressRule(part, id, rule);
}
