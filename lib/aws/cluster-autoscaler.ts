import type { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import type { AwsRole } from "./identity.js";
import type { AwsNodePool } from "./node-pool.js";
import { podIdentity } from "./pod-identity.js";

/** The service account that the workload's autoscaler runs under. */
const ACCOUNT = { namespace: "kube-system", name: "cluster-autoscaler" };

/** Lets the workload's cluster autoscaler look at every group, and change this cluster's alone. */
export function clusterAutoscalerIdentity(
  scope: Construct,
  provider: AwsProvider,
  cluster: EksCluster,
  pools: readonly AwsNodePool[],
): AwsRole {
  const identity = podIdentity(scope, "autoscaler", provider, cluster.name, ACCOUNT);
  identity.allow("scale-nodes", [
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster.nameInput}`]: "owned" } },
    },
    { Effect: "Allow", Action: "eks:DescribeNodegroup", Resource: pools.map(({ nodeGroup }) => nodeGroup.arn) },
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
  ]);
  return identity;
}
