import { S3Backend } from "cdktf";
import { Aws, AwsNetwork } from "../../lib/aws/index.js";
import { cloudModule } from "../module.js";
import { list, map, object, optional, text } from "../shape.js";

const fields = {
  region: text,
  tags: optional(map(text)),
  network: optional(object({ vpcId: text, publicSubnetIds: list(text) })),
  state: optional(object({ bucket: text, key: optional(text), region: optional(text) })),
};

export const aws = cloudModule(fields, (stack, { region, tags, network, state }) => {
  if (state) {
    new S3Backend(stack, {
      bucket: state.bucket,
      key: state.key ?? `${stack.node.id}.tfstate`,
      region: state.region ?? region,
      encrypt: true,
    });
    stack.addOverride("terraform.backend.s3.use_lockfile", true);
  }
  return {
    cloud: new Aws(stack, "aws", { region, ...(tags && { tags }) }),
    network: network && AwsNetwork.fromSubnets(stack, "network", network),
  };
});
