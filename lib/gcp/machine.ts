import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeDisk, type ComputeDiskConfig } from "@cdktf/provider-google/lib/compute-disk";
import { ComputeInstance, type ComputeInstanceConfig } from "@cdktf/provider-google/lib/compute-instance";
import { dependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { DataDisk, Machine, MachineProps } from "../cloud/machine.js";
import { type DeepPartial, merge } from "../merge.js";
import { FACTS, guest, KEEP_CONTAINERS_FROM_METADATA, ROOT_DISK_GB, UBUNTU, userData } from "./boot.js";
import { GcpFirewall, type GcpSource } from "./firewall.js";
import { GcpServiceAccount } from "./identity.js";
import { resourceName } from "./names.js";
import type { GcpNetwork } from "./network.js";
import type { GcpProject } from "./project.js";
import { diskType, machineType } from "./sizes.js";

/** Laid over the resources of every machine, key by key. */
export interface GcpMachineOverrides {
  readonly instance?: DeepPartial<Omit<ComputeInstanceConfig, "metadata" | "networkInterface">>;
  readonly dataDisk?: DeepPartial<Omit<ComputeDiskConfig, "zone">>;
}

/** Under this name the machine finds the disk in /dev/disk/by-id. */
const DATA_DEVICE = "data";
const MOST_DISK_GB = 65_536;
/** The moment is added to it. */
const LONGEST_SNAPSHOT_PREFIX = 40;

/**
 * A Compute Engine machine with an address of its own and, if wanted, a data disk. A shell is opened by `gcloud compute
 * ssh --tunnel-through-iap`, for whom IAM lets through; no key and no open port belong to it.
 */
export class GcpMachine extends Construct implements Machine<GcpServiceAccount>, GcpSource {
  readonly machineType: string;
  readonly identity: GcpServiceAccount;
  readonly firewall: GcpFirewall;
  readonly publicAddress: ComputeAddress;
  /** Undefined when none was asked for. */
  readonly dataDisk: ComputeDisk | undefined;
  readonly instance: ComputeInstance;
  readonly #project: GcpProject;

  /** @throws CoverstackError on a size that is no machine type, or user data that is too large */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    props: MachineProps<GcpNetwork>,
    overrides: GcpMachineOverrides = {},
  ) {
    super(scope, id);
    this.#project = project;
    this.machineType = machineType(props.size, this);
    const { network, dataDisk } = props;
    this.identity = new GcpServiceAccount(this, "identity", project);
    this.firewall = new GcpFirewall(this, "firewall", project, network, this.identity);
    this.firewall.allowShell();
    this.publicAddress = new ComputeAddress(this, "address", {
      provider: project.provider,
      name: resourceName(this),
      region: project.region,
      dependsOn: project.apis("compute"),
    });
    this.dataDisk =
      dataDisk && new ComputeDisk(this, "data", merge(this.#dataDisk(dataDisk, network.zones[0]), overrides.dataDisk));
    this.instance = this.#instance(props, overrides.instance);
    this.identity.holdBack(this.instance);
  }

  get address(): string {
    return this.publicAddress.address;
  }

  allowFrom(cidr: string, port: number): void {
    this.firewall.allowFrom(cidr, port);
  }

  allowTo(cidr: string, port: number): void {
    this.firewall.allowTo(cidr, port);
  }

  #dataDisk({ sizeGb, protect }: DataDisk, zone: string): ComputeDiskConfig {
    checkWhole(sizeGb, "dataDisk.sizeGb", { unit: "GB", least: 10, most: MOST_DISK_GB }, this);
    return {
      provider: this.#project.provider,
      name: resourceName(this, "data"),
      zone,
      type: diskType(this.machineType),
      size: sizeGb,
      // What was on it can be had back from its last snapshot.
      createSnapshotBeforeDestroy: true,
      createSnapshotBeforeDestroyPrefix: resourceName(this, "data", LONGEST_SNAPSHOT_PREFIX),
      lifecycle: { preventDestroy: protect },
      dependsOn: this.#project.apis("compute"),
    };
  }

  #instance(props: MachineProps<GcpNetwork>, overrides: GcpMachineOverrides["instance"]): ComputeInstance {
    const { network, containersUseIdentity = false } = props;
    const disk = this.dataDisk;
    const facts = disk ? { ...FACTS, dataDevice: `/dev/disk/by-id/google-${DATA_DEVICE}` } : FACTS;
    const text = userData(props.boot(facts, this.address), this);
    // Google changes user data on a running machine, where cloud-init would never look at it again.
    const boot = new TerraformResource(this, "boot", { terraformResourceType: "terraform_data" });
    boot.addOverride("triggers_replace", { "user-data": text });
    const startup = containersUseIdentity ? {} : { "startup-script": KEEP_CONTAINERS_FROM_METADATA };
    const config: ComputeInstanceConfig = {
      provider: this.#project.provider,
      name: resourceName(this),
      description: this.node.path,
      zone: network.zones[0],
      machineType: this.machineType,
      bootDisk: { initializeParams: { image: UBUNTU, size: ROOT_DISK_GB, type: diskType(this.machineType) } },
      ...(disk && { attachedDisk: [{ source: disk.id, deviceName: DATA_DEVICE }] }),
      networkInterface: [{ subnetwork: network.subnetworkId, accessConfig: [{ natIp: this.publicAddress.address }] }],
      ...guest(text, this.identity, startup),
      allowStoppingForUpdate: true,
      lifecycle: {
        replaceTriggeredBy: [dependable(boot)],
        // A newer image is taken when the machine is replaced on purpose, not because Canonical published one.
        ignoreChanges: ["boot_disk[0].initialize_params[0].image"],
      },
    };
    return new ComputeInstance(this, "instance", merge(config, overrides));
  }
}
