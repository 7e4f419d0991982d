import { S3Backend } from "cdktf";
import { Aws, AwsCluster, AwsNetwork } from "../../lib/aws/index.js";
import { broughtAlong, cloudModule, stateOf } from "../module.js";
import { list, map, object, optional, text, textLike } from "../shape.js";

const bucket = textLike(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "a bucket's name: lower-case letters, digits, '.' and '-', 3 to 63",
);

const fields = {
  region: text,
  tags: optional(map(text)),
  network: optional(object({ vpcId: text, publicSubnetIds: list(text), privateSubnetIds: optional(list(text)) })),
  state: optional(object({ bucket, key: optional(text), region: optional(text) })),
};

const clusterShape = object({
  name: text,
  nodeRoleName: text,
  nodeSecurityGroupId: optional(text),
  webGroups: optional(list(text)),
});

export const aws = cloudModule(fields, clusterShape, (stack, settings, suffix) => {
  const { region, tags, state, cluster } = settings;
  if (state) {
    new S3Backend(stack, {
      bucket: state.bucket,
      key: `${stateOf(stack, state.key?.replace(/\.tfstate$/, ""), suffix)}.tfstate`,
      region: state.region ?? region,
      encrypt: true,
    });
    stack.addOverride("terraform.backend.s3.use_lockfile", true);
  }
  const cloud = new Aws(stack, "aws", { region, ...(tags && { tags }) });
  return {
    cloud,
    ...broughtAlong(
      () => settings.network && AwsNetwork.fromSubnets(stack, "network", settings.network),
      cluster,
      (given, network) => AwsCluster.fromName(stack, "cluster", { cloud, network, ...given }),
    ),
  };
});
