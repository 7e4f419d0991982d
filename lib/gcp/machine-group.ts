import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import {
  ComputeInstanceTemplate,
  type ComputeInstanceTemplateConfig,
} from "@cdktf/provider-google/lib/compute-instance-template";
import {
  ComputeRegionAutoscaler,
  type ComputeRegionAutoscalerConfig,
} from "@cdktf/provider-google/lib/compute-region-autoscaler";
import {
  ComputeRegionInstanceGroupManager,
  type ComputeRegionInstanceGroupManagerConfig,
} from "@cdktf/provider-google/lib/compute-region-instance-group-manager";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { MachineGroup, MachineGroupProps } from "../cloud/machine-group.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import type { PeakHours } from "../workload/peak-hours.js";
import { FACTS, guest, ROOT_DISK_GB, UBUNTU, userData } from "./boot.js";
import { needed } from "./checks.js";
import { GcpFirewall, type GcpSource } from "./firewall.js";
import { GcpServiceAccount } from "./identity.js";
import { resourceName } from "./names.js";
import type { GcpNetwork } from "./network.js";
import type { GcpProject } from "./project.js";
import { diskType, machineType } from "./sizes.js";

/** Laid over the resources of every machine group, key by key. */
export interface GcpMachineGroupOverrides {
  readonly template?: DeepPartial<Omit<ComputeInstanceTemplateConfig, "metadata" | "networkInterface">>;
  readonly manager?: DeepPartial<Omit<ComputeRegionInstanceGroupManagerConfig, "version" | "namedPort">>;
  readonly autoscaler?: DeepPartial<Omit<ComputeRegionAutoscalerConfig, "target">>;
}

/** Google completes a template's name, up to 63 characters. */
const LONGEST_TEMPLATE_PREFIX = 36;
const MOST_MACHINES = 1_000;
const MOST_START_SECONDS = 3_600;
const HEALTH_EVERY_SECONDS = 10;
const HEALTH_TIMEOUT_SECONDS = 5;
/** A machine is replaced after a minute of silence: balancers leave it alone much earlier. */
const UNHEALTHY_AFTER = 6;

/**
 * A regional managed instance group. Behind a balancer a machine leaves once its requests have ended, within the
 * target's `drainSeconds`; what runs on it is then told to stop and has the 90 seconds that Compute Engine grants, which
 * cannot be more. Jobs that end later are taken up again by another machine.
 */
export class GcpMachineGroup extends Construct implements MachineGroup<GcpServiceAccount>, GcpSource {
  readonly machineType: string;
  readonly identity: GcpServiceAccount;
  readonly firewall: GcpFirewall;
  readonly template: ComputeInstanceTemplate;
  readonly manager: ComputeRegionInstanceGroupManager;
  /** Undefined where fewest and most machines are the same. */
  readonly autoscaler: ComputeRegionAutoscaler | undefined;
  readonly #project: GcpProject;
  readonly #ports = new Set<number>();

  /** @throws CoverstackError on sizes that are none, or a network whose machines cannot call out */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    props: MachineGroupProps<GcpNetwork>,
    overrides: GcpMachineGroupOverrides = {},
  ) {
    super(scope, id);
    this.#project = project;
    const { network, machines, health, peakHours } = props;
    const fix = "give the network 'reach' private";
    const egress = needed(network.egressAccess, "a machine group needs a network that calls out", fix, this);
    checkMachines(props, this);
    this.machineType = machineType(props.size, this);
    this.identity = new GcpServiceAccount(this, "identity", project);
    this.identity.startAfter(...egress);
    this.firewall = new GcpFirewall(this, "firewall", project, network, this.identity);
    this.firewall.allowShell();
    for (const port of [80, 443]) this.firewall.allowTo("0.0.0.0/0", port);
    this.template = new ComputeInstanceTemplate(this, "template", merge(this.#template(props), overrides.template));
    const healthCheck = health && this.#healthCheck(health);
    this.manager = new ComputeRegionInstanceGroupManager(
      this,
      "manager",
      merge(this.#manager(props, healthCheck), overrides.manager),
    );
    this.identity.holdBack(this.manager);
    this.autoscaler =
      machines.max > machines.min
        ? new ComputeRegionAutoscaler(
            this,
            "autoscaler",
            merge(this.#autoscaler(props, peakHours), overrides.autoscaler),
          )
        : undefined;
  }

  allowTo(cidr: string, port: number): void {
    this.firewall.allowTo(cidr, port);
  }

  /** The name under which balancers know a port of the machines. */
  namePort(port: number): string {
    this.#ports.add(port);
    this.manager.putNamedPort([...this.#ports].map((number) => ({ name: portName(number), port: number })));
    return portName(port);
  }

  #template(props: MachineGroupProps<GcpNetwork>): ComputeInstanceTemplateConfig {
    const { provider, region } = this.#project;
    return {
      provider,
      namePrefix: `${resourceName(this, "", LONGEST_TEMPLATE_PREFIX)}-`,
      description: this.node.path,
      region,
      machineType: this.machineType,
      disk: [
        {
          boot: true,
          autoDelete: true,
          sourceImage: UBUNTU,
          diskSizeGb: ROOT_DISK_GB,
          diskType: diskType(this.machineType),
        },
      ],
      networkInterface: [{ subnetwork: props.network.subnetworkId }],
      ...guest(userData(props.boot(FACTS), this), this.identity),
      lifecycle: {
        createBeforeDestroy: true,
        // A newer image is taken when machines are replaced on purpose, not because Canonical published one.
        ignoreChanges: ["disk[0].source_image"],
      },
    };
  }

  #healthCheck({ port, path }: NonNullable<MachineGroupProps["health"]>): ComputeHealthCheck {
    this.firewall.allowFromBalancers(port);
    return new ComputeHealthCheck(this, "health", {
      provider: this.#project.provider,
      name: resourceName(this, "health"),
      checkIntervalSec: HEALTH_EVERY_SECONDS,
      timeoutSec: HEALTH_TIMEOUT_SECONDS,
      unhealthyThreshold: UNHEALTHY_AFTER,
      httpHealthCheck: { port, requestPath: path },
      dependsOn: this.#project.apis("compute"),
    });
  }

  #manager(
    { network, machines, startSeconds }: MachineGroupProps<GcpNetwork>,
    healthCheck: ComputeHealthCheck | undefined,
  ): ComputeRegionInstanceGroupManagerConfig {
    const { provider, region } = this.#project;
    const fixed = machines.max === machines.min;
    return {
      provider,
      name: resourceName(this),
      description: this.node.path,
      region,
      baseInstanceName: resourceName(this, "", 58),
      distributionPolicyZones: [...network.zones],
      version: [{ instanceTemplate: this.template.selfLinkUnique }],
      ...(fixed && { targetSize: machines.min }),
      ...(healthCheck && { autoHealingPolicies: { healthCheck: healthCheck.id, initialDelaySec: startSeconds } }),
      updatePolicy: {
        type: "PROACTIVE",
        minimalAction: "REPLACE",
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: "SUBSTITUTE",
        instanceRedistributionType: "PROACTIVE",
        // A new machine in each zone, well before an old one goes; Google takes no smaller surge.
        maxSurgeFixed: network.zones.length,
        maxUnavailableFixed: 0,
      },
      lifecycle: { ignoreChanges: fixed ? [] : ["target_size"] },
    };
  }

  #autoscaler(
    { machines, targetCpuPercent, startSeconds }: MachineGroupProps<GcpNetwork>,
    peakHours: PeakHours | undefined,
  ): ComputeRegionAutoscalerConfig {
    const { provider, region } = this.#project;
    return {
      provider,
      name: resourceName(this),
      region,
      target: this.manager.id,
      autoscalingPolicy: {
        mode: "ON",
        minReplicas: machines.min,
        maxReplicas: machines.max,
        cooldownPeriod: startSeconds,
        cpuUtilization: { target: targetCpuPercent / 100 },
        ...(peakHours && { scalingSchedules: [schedule(peakHours)] }),
      },
    };
  }
}

function portName(port: number): string {
  return `port-${port}`;
}

function schedule({ timeZone, days, from, to, min }: PeakHours) {
  return {
    name: "peak-hours",
    schedule: `0 ${from} * * ${days.join(",")}`,
    timeZone,
    durationSec: (to - from) * 3600,
    minRequiredReplicas: min,
  };
}

function checkMachines(
  { machines, startSeconds, targetCpuPercent, peakHours }: MachineGroupProps<GcpNetwork>,
  scope: Construct,
): void {
  const { min, max } = machines;
  checkWhole(min, "machines.min", { unit: "machines", least: 1, most: MOST_MACHINES }, scope);
  checkWhole(max, "machines.max", { unit: "machines", least: min, most: MOST_MACHINES }, scope);
  checkWhole(startSeconds, "startSeconds", { unit: "seconds", least: 0, most: MOST_START_SECONDS }, scope);
  checkWhole(targetCpuPercent, "targetCpuPercent", { unit: "percent", least: 1, most: 100 }, scope);
  if (peakHours && peakHours.min > max) {
    const fix = `raise 'machines.max', which is ${max}`;
    throw new CoverstackError(
      { what: "peak hours ask for more machines than there may be", given: peakHours.min, fix },
      scope,
    );
  }
}
