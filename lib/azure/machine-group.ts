import { ApplicationSecurityGroup } from "@cdktf/provider-azurerm/lib/application-security-group";
import {
  LinuxVirtualMachineScaleSet,
  type LinuxVirtualMachineScaleSetConfig,
} from "@cdktf/provider-azurerm/lib/linux-virtual-machine-scale-set";
import type { MonitorAutoscaleSetting } from "@cdktf/provider-azurerm/lib/monitor-autoscale-setting";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { MachineGroup, MachineGroupProps } from "../cloud/machine-group.js";
import { CoverstackError } from "../errors.js";
import { merge } from "../merge.js";
import { autoscale } from "./autoscale.js";
import { customData, FACTS, ubuntu } from "./boot.js";
import type { AzureContext } from "./context.js";
import { ANYONE, type AzureSource, NetworkRules, type Peer } from "./firewall.js";
import { ManagedIdentity } from "./identity.js";
import { allowTo } from "./machine.js";
import { resourceName } from "./names.js";
import type { AzureNetwork, AzureSubnet } from "./network.js";
import { vmSize } from "./sizes.js";

const ROOT_DISK_GB = 64;
/** Azure waits between 5 and 15 minutes before it takes a machine away. */
const LEAST_DRAIN_MINUTES = 5;
const MOST_DRAIN_SECONDS = 900;
/** Azure leaves a machine that is not well alone for 10 to 90 minutes. */
const LEAST_GRACE_MINUTES = 10;
const MOST_START_SECONDS = 5400;
/** Always listens, so a machine without a health check of its own is well as long as it runs. */
const SSH = { protocol: "tcp", port: 22 };

/** A scale set of virtual machines. There is no SSH: Run Command opens a shell. */
export class AzureMachineGroup extends Construct implements MachineGroup<ManagedIdentity>, AzureSource {
  readonly machineType: string;
  readonly identity: ManagedIdentity;
  readonly applicationSecurityGroup: ApplicationSecurityGroup;
  readonly rules: NetworkRules;
  readonly scaleSet: LinuxVirtualMachineScaleSet;
  readonly autoscale: MonitorAutoscaleSetting | undefined;
  readonly subnet: AzureSubnet;
  readonly #backendPools: string[] = [];

  /** @throws CoverstackError on numbers, times or sizes that Azure does not take, or a network without private subnets */
  constructor(scope: Construct, id: string, azure: AzureContext, props: MachineGroupProps<AzureNetwork>) {
    super(scope, id);
    check(props, this);
    const { network } = props;
    const name = resourceName(this, 50);
    this.machineType = vmSize(props.size, this);
    this.subnet = network.subnet("machines", this);
    this.identity = new ManagedIdentity(this, "identity", azure);
    this.applicationSecurityGroup = new ApplicationSecurityGroup(this, "application-security-group", {
      ...azure.home,
      name,
    });
    this.rules = new NetworkRules(this, "rules", azure, ["Inbound", "Outbound"]);
    for (const port of [80, 443]) this.allowTo("0.0.0.0/0", port);
    this.scaleSet = new LinuxVirtualMachineScaleSet(this, "scale-set", this.#config(name, azure, props));
    this.identity.startAfter(...this.subnet.ready);
    this.identity.holdBack(this.scaleSet);
    this.autoscale = isScaled(props) ? autoscale(this, this.scaleSet.id, props, azure) : undefined;
  }

  get peer(): Peer {
    return { groupId: this.applicationSecurityGroup.id };
  }

  allowTo(cidr: string, port: number): void {
    allowTo(this.rules, cidr, port);
  }

  openTo(id: string, to: Peer, port: number): void {
    this.rules.allow(id, { direction: "Outbound", from: ANYONE, to, port });
  }

  /** Registers the machines with an application gateway's pool. */
  joinBackendPool(poolId: string): void {
    this.#backendPools.push(poolId);
  }

  #config(
    name: string,
    azure: AzureContext,
    props: MachineGroupProps<AzureNetwork>,
  ): LinuxVirtualMachineScaleSetConfig {
    const { network, machines, drainSeconds, startSeconds, health, boot } = props;
    const check = health ? { protocol: "http", port: health.port, requestPath: health.path } : SSH;
    const config: LinuxVirtualMachineScaleSetConfig = {
      ...azure.home,
      name,
      sku: this.machineType,
      instances: machines.min,
      ...(network.zones.length > 0 && { zones: [...network.zones] }),
      ...ubuntu(this, this.identity, ROOT_DISK_GB),
      customData: customData(this, boot(FACTS), { containersUseIdentity: true, drains: true }),
      networkInterface: [
        {
          name: "private",
          primary: true,
          networkSecurityGroupId: this.rules.group.id,
          ipConfiguration: [
            {
              name: "private",
              primary: true,
              subnetId: this.subnet.id,
              applicationSecurityGroupIds: [this.applicationSecurityGroup.id],
              applicationGatewayBackendAddressPoolIds: Lazy.listValue(
                { produce: () => this.#backendPools },
                { omitEmpty: true },
              ),
            },
          ],
        },
      ],
      extension: [
        {
          name: "health",
          publisher: "Microsoft.ManagedServices",
          type: "ApplicationHealthLinux",
          typeHandlerVersion: "1.0",
          autoUpgradeMinorVersion: true,
          settings: JSON.stringify(check),
        },
      ],
      upgradeMode: "Rolling",
      overprovision: false,
      singlePlacementGroup: false,
      rollingUpgradePolicy: {
        // New machines come before old ones go; an old one also goes when it was not well.
        maximumSurgeInstancesEnabled: true,
        maxBatchInstancePercent: 20,
        maxUnhealthyInstancePercent: 100,
        maxUnhealthyUpgradedInstancePercent: 20,
        pauseTimeBetweenBatches: "PT30S",
        crossZoneUpgradesEnabled: network.zones.length > 1,
        prioritizeUnhealthyInstancesEnabled: true,
      },
      automaticInstanceRepair: {
        enabled: true,
        action: "Replace",
        gracePeriod: `PT${Math.max(LEAST_GRACE_MINUTES, Math.ceil(startSeconds / 60))}M`,
      },
      terminationNotification: {
        enabled: true,
        timeout: `PT${Math.max(LEAST_DRAIN_MINUTES, Math.ceil(drainSeconds / 60))}M`,
      },
      // Autoscale owns the number, where there is any.
      ...(isScaled(props) && { lifecycle: { ignoreChanges: ["instances"] } }),
    };
    return merge(config, azure.overrides.machineGroup?.scaleSet);
  }
}

function isScaled({ machines, peakHours }: MachineGroupProps<AzureNetwork>): boolean {
  return machines.min < machines.max || peakHours !== undefined;
}

function check(props: MachineGroupProps<AzureNetwork>, scope: Construct): void {
  const { machines, targetCpuPercent, drainSeconds, startSeconds } = props;
  const { min, max } = machines;
  if (!(Number.isInteger(min) && Number.isInteger(max) && min >= 1 && min <= max && max <= 100)) {
    const what = "'machines' must be whole numbers, the most at least the fewest";
    throw new CoverstackError({ what, given: machines, allowed: "1 to 100" }, scope);
  }
  checkWhole(targetCpuPercent, "targetCpuPercent", { unit: "percent", least: 10, most: 100 }, scope);
  checkWhole(drainSeconds, "drainSeconds", { unit: "seconds", least: 0, most: MOST_DRAIN_SECONDS }, scope);
  checkWhole(startSeconds, "startSeconds", { unit: "seconds", least: 0, most: MOST_START_SECONDS }, scope);
}
