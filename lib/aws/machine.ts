import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { EbsVolume, type EbsVolumeConfig } from "@cdktf/provider-aws/lib/ebs-volume";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { Instance, type InstanceConfig } from "@cdktf/provider-aws/lib/instance";
import { NetworkInterface } from "@cdktf/provider-aws/lib/network-interface";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VolumeAttachment } from "@cdktf/provider-aws/lib/volume-attachment";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { DataDisk, Machine, MachineProps } from "../cloud/machine.js";
import { type DeepPartial, merge } from "../merge.js";
import { FACTS, machineIdentity, metadataOptions, UBUNTU, userData } from "./boot.js";
import { type AwsSource, allowRange, securityGroup } from "./firewall.js";
import type { AwsIdentity } from "./identity.js";
import type { AwsNetwork, AwsSubnet } from "./network.js";
import { instanceType } from "./sizes.js";

/** Laid over the resources of every machine, key by key. */
export interface AwsMachineOverrides {
  readonly instance?: DeepPartial<Omit<InstanceConfig, "userData" | "userDataBase64" | "networkInterface">>;
  readonly dataVolume?: DeepPartial<Omit<EbsVolumeConfig, "availabilityZone">>;
}

/** GB, with a data disk beside it. */
const ROOT_DISK_GB = 30;
/** GB, where it holds images and containers too. */
const ONLY_DISK_GB = 60;

/** An EC2 instance with an Elastic IP and, if wanted, a data volume. There is no SSH: Session Manager opens a shell. */
export class AwsMachine extends Construct implements Machine<AwsIdentity>, AwsSource {
  readonly machineType: string;
  readonly identity: AwsIdentity;
  readonly securityGroup: SecurityGroup;
  readonly elasticIp: Eip;
  readonly dataVolume: EbsVolume | undefined;
  readonly instance: Instance;
  readonly #provider: AwsProvider;

  /** @throws CoverstackError on a size that is no instance type for x86, or user data beyond what EC2 takes */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: MachineProps<AwsNetwork>,
    overrides: AwsMachineOverrides = {},
  ) {
    super(scope, id);
    this.#provider = provider;
    this.machineType = instanceType(props.size, this);
    const subnet = props.network.publicSubnets[0];
    const tags = { Name: this.node.path };
    const { identity, profile } = machineIdentity(this, provider);
    this.identity = identity;
    this.securityGroup = securityGroup(this, provider, props.network.vpcId);
    // An interface of its own has its address before the machine boots, and keeps it when the machine is replaced.
    const networkInterface = new NetworkInterface(this, "network-interface", {
      provider,
      subnetId: subnet.id,
      securityGroups: [this.securityGroup.id],
      tags,
    });
    this.elasticIp = new Eip(this, "address", {
      provider,
      domain: "vpc",
      networkInterface: networkInterface.id,
      tags,
      dependsOn: [...props.network.internetAccess],
    });
    this.dataVolume = props.dataDisk && this.#dataVolume(props.dataDisk, subnet, overrides.dataVolume);
    const config: InstanceConfig = {
      provider,
      ami: new DataAwsSsmParameter(this, "ubuntu", { provider, name: UBUNTU }).insecureValue,
      instanceType: this.machineType,
      iamInstanceProfile: profile.name,
      networkInterface: [{ deviceIndex: 0, networkInterfaceId: networkInterface.id }],
      metadataOptions: metadataOptions(props.containersUseIdentity ?? false),
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: this.dataVolume ? ROOT_DISK_GB : ONLY_DISK_GB,
        encrypted: true,
      },
      monitoring: true,
      userDataBase64: userData(this, props.boot({ ...FACTS, dataDevice: this.#dataDevice() }, this.address)),
      userDataReplaceOnChange: true,
      tags,
      // A newer image is taken when the machine is replaced on purpose, not because Canonical published one.
      lifecycle: { ignoreChanges: ["ami"] },
      // The address is in place before cloud-init looks for packages.
      dependsOn: [this.elasticIp],
    };
    this.instance = new Instance(this, "instance", merge(config, overrides.instance));
    identity.holdBack(this.instance);
    if (this.dataVolume) this.#attach(this.dataVolume);
  }

  get address(): string {
    return this.elasticIp.publicIp;
  }

  allowFrom(cidr: string, port: number): void {
    allowRange(this, "from", cidr, port, this.#provider);
  }

  allowTo(cidr: string, port: number): void {
    this.identity.startAfter(allowRange(this, "to", cidr, port, this.#provider));
  }

  #dataVolume(disk: DataDisk, subnet: AwsSubnet, overrides: AwsMachineOverrides["dataVolume"]): EbsVolume {
    const config: EbsVolumeConfig = {
      provider: this.#provider,
      availabilityZone: subnet.availabilityZone,
      size: disk.sizeGb,
      type: "gp3",
      encrypted: true,
      finalSnapshot: true,
      tags: { Name: `${this.node.path}/data` },
      lifecycle: { preventDestroy: disk.protect },
    };
    return new EbsVolume(this, "data", merge(config, overrides));
  }

  /** The path under which Linux finds the volume: its serial number is the volume's id without the hyphen. */
  #dataDevice(): string | undefined {
    if (!this.dataVolume) return undefined;
    return `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${Fn.replace(this.dataVolume.id, "-", "")}`;
  }

  #attach({ id: volumeId }: EbsVolume): void {
    new VolumeAttachment(this, "data-attachment", {
      provider: this.#provider,
      deviceName: "/dev/sdf",
      instanceId: this.instance.id,
      volumeId,
      // Databases get to close their files before the disk goes.
      stopInstanceBeforeDetaching: true,
    });
  }
}
