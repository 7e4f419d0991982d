import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { AwsRole } from "./identity.js";
import { KEEPS_NAME, namePrefix } from "./names.js";

const KEPT_DAYS = 90;

/** Who was turned away in a VPC, kept for inquiries: refusals are few, so they cost little. */
export class FlowLogs extends Construct {
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, provider: AwsProvider, vpcId: string) {
    super(scope, id);
    this.logGroup = new CloudwatchLogGroup(this, "log-group", {
      provider,
      namePrefix: namePrefix(this),
      lifecycle: KEEPS_NAME,
      retentionInDays: KEPT_DAYS,
    });
    const writer = new AwsRole(this, "writer", provider, "vpc-flow-logs.amazonaws.com");
    writer.allow("write", [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [this.logGroup.arn, `${this.logGroup.arn}:*`],
      },
    ]);
    writer.holdBack(
      new FlowLog(this, "flow-log", {
        provider,
        vpcId,
        trafficType: "REJECT",
        logDestinationType: "cloud-watch-logs",
        logDestination: this.logGroup.arn,
        iamRoleArn: writer.role.arn,
        tags: { Name: this.node.path },
      }),
    );
  }
}
