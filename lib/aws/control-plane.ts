import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EksCluster, type EksClusterConfig } from "@cdktf/provider-aws/lib/eks-cluster";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkKubernetesVersion } from "../cloud/checks.js";
import { checkCidr, isIpv6Range } from "../cloud/cidr.js";
import type { ClusterProps } from "../cloud/cluster.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { KUBERNETES_VERSION } from "../workload/versions.js";
import { AwsRole } from "./identity.js";
import type { AwsNetwork } from "./network.js";

export type ControlPlaneOverrides = DeepPartial<Omit<EksClusterConfig, "name" | "vpcConfig" | "roleArn">>;

const LOG_DAYS = 90;
const KEY_DELETION_DAYS = 30;
const LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
/** Where services get their addresses, and where instead when the network lies there. */
const SERVICE_RANGES = ["172.20.0.0/16", "10.100.0.0/16"] as const;

/** Kubernetes' API on EKS, with the key that its secrets are encrypted with and the group that its logs go to. */
export class ControlPlane extends Construct {
  readonly identity: AwsRole;
  readonly key: KmsKey;
  readonly logs: CloudwatchLogGroup;
  readonly cluster: EksCluster;
  readonly version: string;
  readonly dnsServiceIp: string;

  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: ClusterProps<AwsNetwork> & { readonly name: string },
    overrides: ControlPlaneOverrides | undefined,
  ) {
    super(scope, id);
    const { name, network, protect } = props;
    this.version = props.version ?? KUBERNETES_VERSION;
    checkKubernetesVersion(this.version, this);
    const ranges = splitRanges(props.apiAllowFrom ?? [], this);
    const serviceRange = network.cidr.startsWith("172.20.") ? SERVICE_RANGES[1] : SERVICE_RANGES[0];
    this.dnsServiceIp = serviceRange.replace("0.0/16", "0.10");
    this.key = new KmsKey(this, "key", {
      provider,
      description: `Secrets of the cluster ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: KEY_DELETION_DAYS,
      tags: { Name: this.node.path },
      lifecycle: { preventDestroy: protect },
    });
    // Before the cluster: the group that it would make by itself keeps everything for ever.
    this.logs = new CloudwatchLogGroup(this, "logs", {
      provider,
      name: `/aws/eks/${name}/cluster`,
      retentionInDays: LOG_DAYS,
    });
    this.identity = this.#identity(provider);
    const config: EksClusterConfig = {
      provider,
      name,
      version: this.version,
      roleArn: this.identity.role.arn,
      vpcConfig: {
        subnetIds: network.privateSubnets.map((subnet) => subnet.id),
        endpointPrivateAccess: true,
        endpointPublicAccess: ranges.public.length > 0,
        ...(ranges.public.length > 0 && { publicAccessCidrs: [...ranges.public] }),
      },
      kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: serviceRange },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      encryptionConfig: { resources: ["secrets"], provider: { keyArn: this.key.arn } },
      enabledClusterLogTypes: LOGS,
      // At the end of its support AWS raises the version instead of the price.
      upgradePolicy: { supportType: "STANDARD" },
      // They come as add-ons, whose versions follow the cluster's.
      bootstrapSelfManagedAddons: false,
      tags: { Name: this.node.path },
      lifecycle: {
        preventDestroy: protect,
        // Said once, when a cluster is made: what AWS, or a later provider, says of it since is no reason for another.
        ignoreChanges: [
          "access_config[0].bootstrap_cluster_creator_admin_permissions",
          "bootstrap_self_managed_addons",
        ],
      },
      dependsOn: [this.logs],
    };
    this.cluster = new EksCluster(this, "cluster", merge(config, overrides));
    this.identity.holdBack(this.cluster);
    for (const cidr of [network.cidr, ...ranges.private]) this.#allowApi(provider, cidr);
  }

  /** The group that EKS gives the control plane's network interfaces. */
  get securityGroupId(): string {
    return this.cluster.vpcConfig.clusterSecurityGroupId;
  }

  #identity(provider: AwsProvider): AwsRole {
    const identity = new AwsRole(this, "identity", provider, "eks.amazonaws.com");
    identity.attach("cluster", "AmazonEKSClusterPolicy");
    identity.allow("encrypt-secrets", [
      {
        Effect: "Allow",
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListGrants"],
        Resource: this.key.arn,
      },
    ]);
    return identity;
  }

  /** Lets a range call the API at its private address; who it is, is another question. */
  #allowApi(provider: AwsProvider, cidr: string): void {
    const range = Token.isUnresolved(cidr) ? "network" : cidr.replace(/\W+/g, "-");
    new VpcSecurityGroupIngressRule(this, `from-${range}`, {
      provider,
      securityGroupId: this.securityGroupId,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: cidr,
    });
  }
}

/** Private ranges reach the API's private address, all others its public one. */
function splitRanges(
  cidrs: readonly string[],
  scope: Construct,
): { readonly private: readonly string[]; readonly public: readonly string[] } {
  for (const cidr of cidrs) {
    checkCidr(cidr, "apiAllowFrom", scope);
    if (isIpv6Range(cidr)) {
      const allowed = "IPv4 ranges";
      throw new CoverstackError({ what: "'apiAllowFrom' names an IPv6 range", given: cidr, allowed }, scope);
    }
  }
  const unique = [...new Set(cidrs)];
  return { private: unique.filter(isPrivate), public: unique.filter((cidr) => !isPrivate(cidr)) };
}

function isPrivate(cidr: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(cidr);
}
