import { DataAwsEksAddonVersion } from "@cdktf/provider-aws/lib/data-aws-eks-addon-version";
import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ControlPlane } from "./control-plane.js";
import { AwsRole } from "./identity.js";

/** A node is not ready without these: they run on each. */
const ON_NODES = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] as const;
/** These need nodes to run on. */
const ON_SYSTEM_POOL = ["coredns", "metrics-server"] as const;
type AddonName = (typeof ON_NODES)[number] | (typeof ON_SYSTEM_POOL)[number];

/** A node, and its kubelet, survives only what was reckoned with (K10). */
const RESOURCES: Readonly<Record<AddonName, object>> = {
  "vpc-cni": resources("50m", "500m", "256Mi"),
  "kube-proxy": resources("50m", "500m", "256Mi"),
  "eks-pod-identity-agent": resources("20m", "200m", "128Mi"),
  coredns: resources("100m", "1", "256Mi"),
  "metrics-server": resources("100m", "500m", "400Mi"),
};

/** What EKS adds to Kubernetes, in the versions that it names for the cluster's. */
export class ClusterAddons extends Construct {
  /** What must be there before nodes can become ready. */
  readonly beforeNodes: readonly ITerraformDependable[];
  readonly #provider: AwsProvider;
  readonly #controlPlane: ControlPlane;

  constructor(scope: Construct, id: string, provider: AwsProvider, controlPlane: ControlPlane) {
    super(scope, id);
    this.#provider = provider;
    this.#controlPlane = controlPlane;
    this.beforeNodes = ON_NODES.map((name) => this.#addon(name, []));
  }

  /** Adds what needs nodes to run on. */
  addTo(pool: ITerraformDependable): void {
    for (const name of ON_SYSTEM_POOL) this.#addon(name, [pool]);
  }

  #addon(name: AddonName, dependsOn: ITerraformDependable[]): EksAddon {
    const provider = this.#provider;
    const { cluster, version } = this.#controlPlane;
    const offered = new DataAwsEksAddonVersion(this, `${name}-version`, {
      provider,
      addonName: name,
      kubernetesVersion: version,
    });
    const network = name === "vpc-cni" ? this.#networkIdentity() : undefined;
    const addon = new EksAddon(this, name, {
      provider,
      clusterName: cluster.name,
      addonName: name,
      addonVersion: offered.version,
      configurationValues: JSON.stringify(this.#configuration(name)),
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      dependsOn,
      ...(network && { podIdentityAssociation: [{ roleArn: network.role.arn, serviceAccount: "aws-node" }] }),
    });
    network?.holdBack(addon);
    return addon;
  }

  #configuration(name: AddonName): object {
    // The network plugin enforces network policies only when it is told to (K16).
    return { resources: RESOURCES[name], ...(name === "vpc-cni" && { enableNetworkPolicy: "true" }) };
  }

  /** Addresses are given to pods by the network plugin alone, not by whatever else runs on a node. */
  #networkIdentity(): AwsRole {
    const identity = new AwsRole(this, "vpc-cni-identity", this.#provider, "pods.eks.amazonaws.com");
    identity.attach("network", "AmazonEKS_CNI_Policy");
    return identity;
  }
}

function resources(cpu: string, cpuLimit: string, memory: string): object {
  return { requests: { cpu, memory }, limits: { cpu: cpuLimit, memory } };
}
