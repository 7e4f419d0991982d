import { ApplicationSecurityGroup } from "@cdktf/provider-azurerm/lib/application-security-group";
import { LinuxVirtualMachine, type LinuxVirtualMachineConfig } from "@cdktf/provider-azurerm/lib/linux-virtual-machine";
import { ManagedDisk, type ManagedDiskConfig } from "@cdktf/provider-azurerm/lib/managed-disk";
import { NetworkInterface } from "@cdktf/provider-azurerm/lib/network-interface";
import { NetworkInterfaceApplicationSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/network-interface-application-security-group-association";
import { NetworkInterfaceSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/network-interface-security-group-association";
import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import { VirtualMachineDataDiskAttachment } from "@cdktf/provider-azurerm/lib/virtual-machine-data-disk-attachment";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import { checkCidr, isEverywhere, rangeWord } from "../cloud/cidr.js";
import type { DataDisk, Machine, MachineProps } from "../cloud/machine.js";
import { merge } from "../merge.js";
import { customData, FACTS, ubuntu } from "./boot.js";
import type { AzureContext } from "./context.js";
import { ANYONE, type AzureSource, INTERNET, NetworkRules, type Peer } from "./firewall.js";
import { ManagedIdentity } from "./identity.js";
import { resourceName } from "./names.js";
import type { AzureNetwork } from "./network.js";
import { vmSize } from "./sizes.js";

const ROOT_DISK_GB = 32;
const MOST_DISK_GB = 32_767;

/** A virtual machine with a static public address and a data disk. There is no SSH: Run Command opens a shell. */
export class AzureMachine extends Construct implements Machine<ManagedIdentity>, AzureSource {
  readonly machineType: string;
  readonly identity: ManagedIdentity;
  readonly applicationSecurityGroup: ApplicationSecurityGroup;
  readonly rules: NetworkRules;
  readonly publicIp: PublicIp;
  readonly networkInterface: NetworkInterface;
  readonly dataDisk: ManagedDisk | undefined;
  readonly virtualMachine: LinuxVirtualMachine;
  readonly #azure: AzureContext;

  /** @throws CoverstackError on sizes that Azure does not have, or a network without a public subnet */
  constructor(scope: Construct, id: string, azure: AzureContext, props: MachineProps<AzureNetwork>) {
    super(scope, id);
    this.#azure = azure;
    const { provider, home, zones } = azure;
    const { network, dataDisk } = props;
    const name = resourceName(this, 60);
    const subnet = network.subnet("public", this);
    this.machineType = vmSize(props.size, this);
    this.identity = new ManagedIdentity(this, "identity", azure);
    this.applicationSecurityGroup = new ApplicationSecurityGroup(this, "application-security-group", { ...home, name });
    this.rules = new NetworkRules(this, "rules", azure, ["Inbound", "Outbound"]);
    this.publicIp = new PublicIp(this, "address", {
      ...home,
      name,
      sku: "Standard",
      allocationMethod: "Static",
      ...(zones.length > 0 && { zones: [...zones] }),
    });
    this.networkInterface = new NetworkInterface(this, "network-interface", {
      ...home,
      name,
      ipConfiguration: [
        {
          name: "public",
          subnetId: subnet.id,
          privateIpAddressAllocation: "Dynamic",
          publicIpAddressId: this.publicIp.id,
        },
      ],
    });
    const networkInterfaceId = this.networkInterface.id;
    const guarded = new NetworkInterfaceSecurityGroupAssociation(this, "rules-on", {
      provider,
      networkInterfaceId,
      networkSecurityGroupId: this.rules.group.id,
    });
    const grouped = new NetworkInterfaceApplicationSecurityGroupAssociation(this, "grouped", {
      provider,
      networkInterfaceId,
      applicationSecurityGroupId: this.applicationSecurityGroup.id,
    });
    this.dataDisk = dataDisk && this.#dataDisk(dataDisk, network);
    this.virtualMachine = this.#virtualMachine(name, props);
    // It boots with its firewall closed and, but for what is opened, stays so.
    this.identity.startAfter(guarded, grouped, ...subnet.ready);
    this.identity.holdBack(this.virtualMachine);
    if (this.dataDisk) {
      new VirtualMachineDataDiskAttachment(this, "data-attachment", {
        provider,
        managedDiskId: this.dataDisk.id,
        virtualMachineId: this.virtualMachine.id,
        lun: 0,
        caching: "ReadOnly",
      });
    }
  }

  get address(): string {
    return this.publicIp.ipAddress;
  }

  get peer(): Peer {
    return { groupId: this.applicationSecurityGroup.id };
  }

  allowFrom(cidr: string, port: number): void {
    checkCidr(cidr, "cidr", this);
    const from = { prefixes: [cidr] };
    this.rules.allow(`from-${rangeWord(cidr, this.rules)}-${port}`, { direction: "Inbound", from, to: ANYONE, port });
  }

  allowTo(cidr: string, port: number): void {
    allowTo(this.rules, cidr, port);
  }

  openTo(id: string, to: Peer, port: number): void {
    this.rules.allow(id, { direction: "Outbound", from: ANYONE, to, port });
  }

  #dataDisk({ sizeGb, protect }: DataDisk, network: AzureNetwork): ManagedDisk {
    checkWhole(sizeGb, "dataDisk.sizeGb", { unit: "GB", least: 1, most: MOST_DISK_GB }, this);
    const config: ManagedDiskConfig = {
      ...this.#azure.home,
      name: `${resourceName(this, 70)}-data`,
      createOption: "Empty",
      storageAccountType: "Premium_LRS",
      diskSizeGb: sizeGb,
      networkAccessPolicy: "DenyAll",
      publicNetworkAccessEnabled: false,
      lifecycle: { preventDestroy: protect },
      ...(network.zones.length > 0 && { zone: network.zones[0] }),
    };
    return new ManagedDisk(this, "data", merge(config, this.#azure.overrides.machine?.dataDisk));
  }

  #virtualMachine(name: string, props: MachineProps<AzureNetwork>): LinuxVirtualMachine {
    const { network, boot, containersUseIdentity = false } = props;
    const text = boot({ ...FACTS, ...(this.dataDisk && { dataDevice: this.#dataDevice }) }, this.address);
    const config: LinuxVirtualMachineConfig = {
      ...this.#azure.home,
      name,
      size: this.machineType,
      networkInterfaceIds: [this.networkInterface.id],
      ...ubuntu(this, this.identity, ROOT_DISK_GB),
      customData: customData(this, text, { containersUseIdentity, drains: false }),
      ...(network.zones.length > 0 && { zone: network.zones[0] }),
    };
    return new LinuxVirtualMachine(this, "machine", merge(config, this.#azure.overrides.machine?.machine));
  }

  /** Families since the sixth have no SCSI. */
  get #dataDevice(): string {
    return /_v([6-9]|\d\d)$/.test(this.machineType) ? "/dev/disk/azure/data/by-lun/0" : "/dev/disk/azure/scsi1/lun0";
  }
}

/** Lets machines out to a range; to everywhere means the internet, not the network's other parts. */
export function allowTo(rules: NetworkRules, cidr: string, port: number): void {
  checkCidr(cidr, "cidr", rules);
  const to = isEverywhere(cidr) ? INTERNET : { prefixes: [cidr] };
  rules.allow(`to-${rangeWord(cidr, rules)}-${port}`, { direction: "Outbound", from: ANYONE, to, port });
}
