import type { TerraformStack } from "cdktf";
import { Aws, AwsCluster } from "../../lib/aws/index.js";
import { Azure, AzureCluster } from "../../lib/azure/index.js";
import { Gcp, GcpCluster } from "../../lib/gcp/index.js";
import type { CloudName, KubernetesPlatformProps } from "../../lib/index.js";

type Brought = Pick<KubernetesPlatformProps, "cloud" | "network" | "cluster">;

const NETWORK = { zones: 2, reach: "private" } as const;

/** A cluster that the stack did not make, in a network that it did. */
export function existingCluster(stack: TerraformStack, name: CloudName): Brought {
  return {
    aws(): Brought {
      const cloud = new Aws(stack, "aws", { region: "eu-west-1" });
      const network = cloud.network(stack, "network", NETWORK);
      const attributes = { cloud, name: "house", network, nodeRoleName: "house-nodes" };
      return { cloud, network, cluster: AwsCluster.fromName(stack, "cluster", attributes) };
    },
    gcp(): Brought {
      const cloud = new Gcp(stack, "gcp", { project: "quality-247012", region: "europe-west1" });
      const network = cloud.network(stack, "network", NETWORK);
      const nodeServiceAccount = "nodes@quality-247012.iam.gserviceaccount.com";
      const attributes = { cloud, name: "house", network, nodeServiceAccount };
      return { cloud, network, cluster: GcpCluster.fromName(stack, "cluster", attributes) };
    },
    azure(): Brought {
      const cloud = new Azure(stack, "azure", { location: "westeurope" });
      const network = cloud.network(stack, "network", NETWORK);
      const attributes = { cloud, name: "house", resourceGroup: "house", nodeCidr: "10.1.0.0/20" };
      return { cloud, network, cluster: AzureCluster.fromName(stack, "cluster", attributes) };
    },
  }[name]();
}
