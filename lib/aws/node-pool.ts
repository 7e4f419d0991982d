import { AutoscalingGroupTagA } from "@cdktf/provider-aws/lib/autoscaling-group-tag";
import { EksNodeGroup, type EksNodeGroupConfig } from "@cdktf/provider-aws/lib/eks-node-group";
import { LaunchTemplate, type LaunchTemplateConfig } from "@cdktf/provider-aws/lib/launch-template";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { NodePoolProps } from "../cloud/cluster.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { ROLE_LABEL } from "../workload/roles.js";
import { metadataOptions } from "./boot.js";
import type { ControlPlane } from "./control-plane.js";
import type { AwsRole } from "./identity.js";
import { KEEPS_NAME, namePrefix } from "./names.js";
import type { AwsNetwork } from "./network.js";
import { instanceType } from "./sizes.js";

/** Laid over the resources of every pool, key by key. */
export interface AwsNodePoolOverrides {
  readonly nodeGroup?: DeepPartial<Omit<EksNodeGroupConfig, "clusterName" | "nodeRoleArn" | "launchTemplate">>;
  readonly launchTemplate?: DeepPartial<Omit<LaunchTemplateConfig, "vpcSecurityGroupIds">>;
}

export interface AwsNodePoolProps extends NodePoolProps {
  readonly controlPlane: ControlPlane;
  readonly network: AwsNetwork;
  /** Nodes start after all that it waits for. */
  readonly identity: AwsRole;
  readonly securityGroup: { readonly id: string };
  /** The role that alone runs here. @default any pod, none in particular */
  readonly role?: string | undefined;
}

const MOST_NODES = 450;
const DISK_GB = 60;
/** Families of equal shape: whoever takes what is left over is better off with a choice. */
const ALIKE = ["m7i", "m7a", "m6i", "m6a"];

/** A managed node group of Amazon Linux 2023. */
export class AwsNodePool extends Construct {
  readonly launchTemplate: LaunchTemplate;
  readonly nodeGroup: EksNodeGroup;
  /** The EC2 instance type that the size was mapped to. */
  readonly nodeType: string;

  /** @throws CoverstackError on numbers of nodes that make no range, or a size that EC2 does not have */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: AwsNodePoolProps,
    overrides: AwsNodePoolOverrides,
  ) {
    super(scope, id);
    const { cluster } = props.controlPlane;
    checkNodes(props.nodes, this);
    this.launchTemplate = this.#template(provider, props, overrides.launchTemplate);
    this.nodeType = instanceType(props.size, this);
    const { role, spot = false, nodes } = props;
    const config: EksNodeGroupConfig = {
      provider,
      clusterName: cluster.name,
      nodeGroupNamePrefix: `${id}-`,
      nodeRoleArn: props.identity.role.arn,
      subnetIds: props.network.privateSubnets.map((subnet) => subnet.id),
      version: props.controlPlane.version,
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: spot ? "SPOT" : "ON_DEMAND",
      instanceTypes: spot ? alike(this.nodeType) : [this.nodeType],
      scalingConfig: { minSize: nodes.min, maxSize: nodes.max, desiredSize: nodes.min },
      launchTemplate: { id: this.launchTemplate.id, version: Token.asString(this.launchTemplate.latestVersion) },
      ...(role !== undefined && {
        labels: { [ROLE_LABEL]: role },
        taint: [{ key: ROLE_LABEL, value: role, effect: "NO_SCHEDULE" }],
      }),
      // EKS adds a new node before it drains an old one.
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
      tags: { Name: this.node.path },
      lifecycle: {
        createBeforeDestroy: true,
        // The autoscaler's.
        ignoreChanges: ["scaling_config[0].desired_size"],
      },
    };
    this.nodeGroup = new EksNodeGroup(this, "node-group", merge(config, overrides.nodeGroup));
    props.identity.holdBack(this.nodeGroup);
    this.#letFind(provider, cluster.nameInput ?? cluster.name);
  }

  /** Known only once the pool is there. */
  get autoScalingGroupName(): string {
    return this.nodeGroup.resources.get(0).autoscalingGroups.get(0).name;
  }

  #template(provider: AwsProvider, props: AwsNodePoolProps, overrides: AwsNodePoolOverrides["launchTemplate"]) {
    const tags = { Name: this.node.path };
    const config: LaunchTemplateConfig = {
      provider,
      namePrefix: namePrefix(this),
      vpcSecurityGroupIds: [props.securityGroup.id],
      // Pods have identities of their own, so that none needs the node's.
      metadataOptions: metadataOptions(false),
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: DISK_GB, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      monitoring: { enabled: true },
      updateDefaultVersion: true,
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
      tags,
      lifecycle: { ...KEEPS_NAME, createBeforeDestroy: true },
    };
    return new LaunchTemplate(this, "launch-template", merge(config, overrides));
  }

  /** By these tags the cluster autoscaler finds the groups that it may change. */
  #letFind(provider: AwsProvider, clusterName: string): void {
    const tags = { enabled: "true", [clusterName]: "owned" };
    for (const [i, [name, value]] of Object.entries(tags).entries()) {
      new AutoscalingGroupTagA(this, i === 0 ? "tag-enabled" : "tag-cluster", {
        provider,
        autoscalingGroupName: this.autoScalingGroupName,
        tag: { key: `k8s.io/cluster-autoscaler/${name}`, value, propagateAtLaunch: false },
        lifecycle: { createBeforeDestroy: true },
      });
    }
  }
}

function alike(type: string): string[] {
  const [family, size] = type.split(".");
  return ALIKE.includes(family) ? ALIKE.map((other) => `${other}.${size}`) : [type];
}

function checkNodes({ min, max }: NodePoolProps["nodes"], scope: Construct): void {
  checkWhole(min, "nodes.min", { unit: "nodes", least: 0, most: MOST_NODES }, scope);
  checkWhole(max, "nodes.max", { unit: "nodes", least: 1, most: MOST_NODES }, scope);
  if (Token.isUnresolved(min) || Token.isUnresolved(max) || min <= max) return;
  throw new CoverstackError({ what: "'nodes.min' is above 'nodes.max'", given: { min, max } }, scope);
}
