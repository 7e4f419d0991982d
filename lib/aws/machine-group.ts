import { AutoscalingGroup, type AutoscalingGroupConfig } from "@cdktf/provider-aws/lib/autoscaling-group";
import { AutoscalingPolicy } from "@cdktf/provider-aws/lib/autoscaling-policy";
import { AutoscalingSchedule } from "@cdktf/provider-aws/lib/autoscaling-schedule";
import { DataAwsDefaultTags } from "@cdktf/provider-aws/lib/data-aws-default-tags";
import { LaunchTemplate, type LaunchTemplateConfig } from "@cdktf/provider-aws/lib/launch-template";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { MachineGroup, MachineGroupProps } from "../cloud/machine-group.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { type PeakHours, WEEKDAYS } from "../workload/peak-hours.js";
import { FACTS, machineIdentity, metadataOptions, UBUNTU, userData } from "./boot.js";
import { type AwsSource, allowRange, securityGroup } from "./firewall.js";
import type { AwsIdentity } from "./identity.js";
import { holdAtBothEnds, withWatch } from "./lifecycle.js";
import { KEEPS_NAME, namePrefix } from "./names.js";
import { type AwsNetwork, checkCallsOut } from "./network.js";
import { instanceType } from "./sizes.js";

/** Laid over the resources of every machine group, key by key. */
export interface AwsMachineGroupOverrides {
  readonly launchTemplate?: DeepPartial<Omit<LaunchTemplateConfig, "userData" | "vpcSecurityGroupIds">>;
  readonly autoScalingGroup?: DeepPartial<
    Omit<AutoscalingGroupConfig, "launchTemplate" | "mixedInstancesPolicy" | "minSize" | "maxSize">
  >;
}

const DISK_GB = 60;
/** Machines count from the moment that they are well; what starting cost them is soon over. */
const WARM_UP_SECONDS = 60;
const SHORTEST_HOOK_SECONDS = 30;
const LONGEST_HOOK_SECONDS = 7_200;
/** What a schedule leaves as it is. */
const UNCHANGED = -1;

/** An Auto Scaling group in private subnets. There is no SSH: Session Manager opens a shell. */
export class AwsMachineGroup extends Construct implements MachineGroup<AwsIdentity>, AwsSource {
  readonly machineType: string;
  readonly identity: AwsIdentity;
  readonly securityGroup: SecurityGroup;
  readonly launchTemplate: LaunchTemplate;
  readonly autoScalingGroup: AutoscalingGroup;
  readonly #provider: AwsProvider;
  readonly #targetGroups: string[] = [];

  /** @throws CoverstackError on sizes, numbers or times that do not work together, or a network without private subnets */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: MachineGroupProps<AwsNetwork>,
    overrides: AwsMachineGroupOverrides = {},
  ) {
    super(scope, id);
    this.#provider = provider;
    this.machineType = instanceType(props.size, this);
    refuseWhatCannotWork(this, props);
    const { identity, profile } = machineIdentity(this, provider);
    this.identity = identity;
    this.securityGroup = securityGroup(this, provider, props.network.vpcId);
    for (const port of [80, 443]) this.allowTo("0.0.0.0/0", port);
    const template: LaunchTemplateConfig = {
      provider,
      namePrefix: namePrefix(this),
      // Looked up at each start, so that a machine that comes is up to date and no machine goes for a newer image.
      imageId: `resolve:ssm:${UBUNTU}`,
      instanceType: this.machineType,
      iamInstanceProfile: { arn: profile.arn },
      vpcSecurityGroupIds: [this.securityGroup.id],
      metadataOptions: { ...metadataOptions(true), instanceMetadataTags: "enabled" },
      blockDeviceMappings: [
        { deviceName: "/dev/sda1", ebs: { volumeType: "gp3", volumeSize: DISK_GB, encrypted: "true" } },
      ],
      monitoring: { enabled: true },
      userData: userData(this, withWatch(props.boot(FACTS), props.health)),
      tagSpecifications: this.#tags(),
      tags: { Name: this.node.path },
      lifecycle: KEEPS_NAME,
    };
    this.launchTemplate = new LaunchTemplate(this, "launch-template", merge(template, overrides.launchTemplate));
    this.autoScalingGroup = new AutoscalingGroup(
      this,
      "auto-scaling-group",
      merge(this.#group(props), overrides.autoScalingGroup),
    );
    identity.startAfter(...props.network.egressAccess);
    identity.holdBack(this.autoScalingGroup);
    const { startSeconds, drainSeconds } = props;
    holdAtBothEnds(this, { provider, group: this.autoScalingGroup, identity, startSeconds, drainSeconds });
    this.#scale(props);
  }

  allowTo(cidr: string, port: number): void {
    this.identity.startAfter(allowRange(this, "to", cidr, port, this.#provider));
  }

  /** Registers each machine with a balancer's target group. */
  register(targetGroupArn: string): void {
    this.#targetGroups.push(targetGroupArn);
    this.autoScalingGroup.targetGroupArns = this.#targetGroups;
  }

  /** What a group starts has none of the provider's default tags by itself. */
  #tags() {
    const defaults = new DataAwsDefaultTags(this, "default-tags", { provider: this.#provider });
    const tags = Token.asStringMap(Fn.merge([defaults.tags, { Name: this.node.path }]));
    return ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags }));
  }

  #group(props: MachineGroupProps<AwsNetwork>): AutoscalingGroupConfig {
    return {
      provider: this.#provider,
      namePrefix: namePrefix(this),
      minSize: props.machines.min,
      maxSize: props.machines.max,
      vpcZoneIdentifier: props.network.privateSubnets.map(({ id }) => id),
      launchTemplate: { id: this.launchTemplate.id, version: Token.asString(this.launchTemplate.latestVersion) },
      healthCheckType: "EC2",
      healthCheckGracePeriod: props.startSeconds,
      defaultInstanceWarmup: WARM_UP_SECONDS,
      instanceRefresh: {
        strategy: "Rolling",
        // A new machine is well before an old one goes. Auto Scaling cannot roll back to an image that is a parameter's.
        preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 110 },
      },
      enabledMetrics: ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupTerminatingInstances"],
      lifecycle: {
        // The number is the scaling's own; with peak hours, so is the minimum.
        ignoreChanges: [...KEEPS_NAME.ignoreChanges, "desired_capacity", ...(props.peakHours ? ["min_size"] : [])],
      },
    };
  }

  #scale({ machines, targetCpuPercent, peakHours }: MachineGroupProps<AwsNetwork>): void {
    const common = { provider: this.#provider, autoscalingGroupName: this.autoScalingGroup.name };
    if (machines.min !== machines.max) {
      new AutoscalingPolicy(this, "cpu", {
        ...common,
        name: "cpu",
        policyType: "TargetTrackingScaling",
        targetTrackingConfiguration: {
          targetValue: targetCpuPercent,
          predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
        },
      });
    }
    if (!peakHours) return;
    const minimum = (id: string, hour: number, minSize: number) =>
      new AutoscalingSchedule(this, id, {
        ...common,
        scheduledActionName: id,
        recurrence: `0 ${hour} * * ${cronDays(peakHours)}`,
        timeZone: peakHours.timeZone,
        minSize,
        maxSize: UNCHANGED,
        desiredCapacity: UNCHANGED,
      });
    minimum("peak-begins", peakHours.from, peakHours.min);
    minimum("peak-ends", peakHours.to, machines.min);
  }
}

/** As cron counts: Sunday is 0. */
function cronDays({ days }: PeakHours): string {
  return days.map((day) => (WEEKDAYS.indexOf(day) + 1) % 7).join(",");
}

function refuseWhatCannotWork(scope: IConstruct, props: MachineGroupProps<AwsNetwork>): void {
  const { network, machines, targetCpuPercent, peakHours, drainSeconds, startSeconds } = props;
  checkCallsOut(network, "a machine group", scope);
  checkWhole(machines.min, "machines.min", { unit: "machines", least: 1, most: machines.max }, scope);
  checkWhole(targetCpuPercent, "targetCpuPercent", { unit: "percent", least: 1, most: 100 }, scope);
  checkWhole(
    drainSeconds,
    "drainSeconds",
    { unit: "seconds", least: SHORTEST_HOOK_SECONDS, most: LONGEST_HOOK_SECONDS },
    scope,
  );
  checkWhole(
    startSeconds,
    "startSeconds",
    { unit: "seconds", least: SHORTEST_HOOK_SECONDS, most: LONGEST_HOOK_SECONDS },
    scope,
  );
  if (peakHours && !(peakHours.min >= machines.min && peakHours.min <= machines.max)) {
    const allowed = `${machines.min} to ${machines.max}, the group's own fewest and most`;
    const what = "the minimum of the peak hours does not fit the group";
    throw new CoverstackError({ what, given: peakHours.min, allowed }, scope);
  }
}
