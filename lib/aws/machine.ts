import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { EbsVolume, type EbsVolumeConfig } from "@cdktf/provider-aws/lib/ebs-volume";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Instance, type InstanceConfig } from "@cdktf/provider-aws/lib/instance";
import { NetworkInterface } from "@cdktf/provider-aws/lib/network-interface";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VolumeAttachment } from "@cdktf/provider-aws/lib/volume-attachment";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { dependable, Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { checkCidr, isIpv6Range } from "../cloud/cidr.js";
import type { DataDisk, Machine, MachineProps } from "../cloud/machine.js";
import { terraformText } from "../cloud/terraform-text.js";
import { CoverstackError } from "../errors.js";
import { merge } from "../merge.js";
import { namePrefix, partition } from "./names.js";
import type { AwsNetwork, PublicSubnet } from "./network.js";
import { instanceType } from "./sizes.js";

/** Laid over the resources of every machine, key by key. */
export interface AwsMachineOverrides {
  readonly instance?: Partial<Omit<InstanceConfig, "userData" | "userDataBase64" | "networkInterface">>;
  readonly dataVolume?: Partial<Omit<EbsVolumeConfig, "availabilityZone">>;
}

/** Canonical's own pointer to the current image. */
const UBUNTU = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id";
const ROOT_DISK_GB = 30;
const MOST_USER_DATA_BYTES = 16_384;
/** What Terraform puts in a token's place: ARNs, ids and addresses are shorter. */
const TOKEN_BYTES = 160;

/** Reads one secret with the machine's own role. The ARN says in which region. */
const READ_SECRET = `#!/usr/bin/python3
import sys, boto3

arn = sys.argv[1]
client = boto3.client("secretsmanager", region_name=arn.split(":")[3])
print(client.get_secret_value(SecretId=arn)["SecretString"], end="")
`;

/** An EC2 instance with an Elastic IP and a data volume. There is no SSH: Session Manager opens a shell. */
export class AwsMachine extends Construct implements Machine {
  readonly machineType: string;
  readonly role: IamRole;
  readonly securityGroup: SecurityGroup;
  readonly elasticIp: Eip;
  readonly dataVolume: EbsVolume;
  readonly instance: Instance;
  readonly #provider: AwsProvider;

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
    this.role = this.#role();
    this.securityGroup = new SecurityGroup(this, "security-group", {
      provider,
      vpcId: props.network.vpcId,
      namePrefix: namePrefix(this),
      description: this.node.path,
      tags: { Name: this.node.path },
    });
    // An interface of its own has its address before the machine boots, and keeps it when the machine is replaced.
    const networkInterface = new NetworkInterface(this, "network-interface", {
      provider,
      subnetId: subnet.id,
      securityGroups: [this.securityGroup.id],
      tags: { Name: this.node.path },
    });
    this.elasticIp = new Eip(this, "address", {
      provider,
      domain: "vpc",
      networkInterface: networkInterface.id,
      tags: { Name: this.node.path },
      dependsOn: [...props.network.internetAccess],
    });
    this.dataVolume = this.#dataVolume(props.dataDisk, subnet, overrides.dataVolume);
    this.instance = this.#instance(this.#userData(props), networkInterface, overrides.instance);
    new VolumeAttachment(this, "data-attachment", {
      provider,
      deviceName: "/dev/sdf",
      instanceId: this.instance.id,
      volumeId: this.dataVolume.id,
      // Databases get to close their files before the disk goes.
      stopInstanceBeforeDetaching: true,
    });
  }

  get address(): string {
    return this.elasticIp.publicIp;
  }

  allowFrom(cidr: string, port: number): void {
    new VpcSecurityGroupIngressRule(this, this.#ruleId("from", cidr, port), this.#rule(cidr, port));
  }

  allowTo(cidr: string, port: number): void {
    new VpcSecurityGroupEgressRule(this, this.#ruleId("to", cidr, port), this.#rule(cidr, port));
  }

  /** The instance starts only when these are there. */
  bootAfter(...dependencies: readonly ITerraformDependable[]): void {
    this.instance.dependsOn = [...(this.instance.dependsOn ?? []), ...dependencies.map(dependable)];
  }

  #ruleId(direction: string, cidr: string, port: number): string {
    checkCidr(cidr, "cidr", this);
    const range = Token.isUnresolved(cidr) ? `range-${this.node.children.length}` : cidr.replace(/[^0-9a-f]+/gi, "-");
    return `${direction}-${range}-${port}`;
  }

  #rule(cidr: string, port: number) {
    return {
      provider: this.#provider,
      securityGroupId: this.securityGroup.id,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      ...(isIpv6Range(cidr) ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
    };
  }

  #role(): IamRole {
    const provider = this.#provider;
    const role = new IamRole(this, "role", {
      provider,
      namePrefix: namePrefix(this),
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
      }),
    });
    new IamRolePolicyAttachment(this, "session-manager", {
      provider,
      role: role.name,
      policyArn: `arn:${partition(provider.region ?? "")}:iam::aws:policy/AmazonSSMManagedInstanceCore`,
    });
    return role;
  }

  #dataVolume(disk: DataDisk, subnet: PublicSubnet, overrides: AwsMachineOverrides["dataVolume"]): EbsVolume {
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

  #userData(props: MachineProps<AwsNetwork>): string {
    const facts = {
      dataDevice: `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${Fn.replace(this.dataVolume.id, "-", "")}`,
      packages: ["python3-boto3"],
      readSecret: READ_SECRET,
    };
    const text = props.boot(facts, this.address);
    const bytes = Buffer.byteLength(text.replace(/\$\{TfToken\[[^\]]*\]\}/g, "x".repeat(TOKEN_BYTES)));
    if (bytes > MOST_USER_DATA_BYTES) {
      const what = "user data is too large for an EC2 instance";
      const fix = "shorten the overrides of compose and settings";
      throw new CoverstackError({ what, given: bytes, allowed: `${MOST_USER_DATA_BYTES} bytes`, fix }, this);
    }
    return terraformText(text);
  }

  #instance(
    userData: string,
    networkInterface: NetworkInterface,
    overrides: AwsMachineOverrides["instance"],
  ): Instance {
    const provider = this.#provider;
    const profile = new IamInstanceProfile(this, "profile", {
      provider,
      namePrefix: namePrefix(this),
      role: this.role.name,
    });
    const image = new DataAwsSsmParameter(this, "ubuntu", { provider, name: UBUNTU });
    const config: InstanceConfig = {
      provider,
      ami: image.insecureValue,
      instanceType: this.machineType,
      iamInstanceProfile: profile.name,
      networkInterface: [{ deviceIndex: 0, networkInterfaceId: networkInterface.id }],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: { volumeType: "gp3", volumeSize: ROOT_DISK_GB, encrypted: true },
      monitoring: true,
      userData,
      userDataReplaceOnChange: true,
      tags: { Name: this.node.path },
      // A newer image is taken when the machine is replaced on purpose, not because Canonical published one.
      lifecycle: { ignoreChanges: ["ami"] },
      // The address is in place before cloud-init looks for packages.
      dependsOn: [this.elasticIp],
    };
    return new Instance(this, "instance", merge(config, overrides));
  }
}
