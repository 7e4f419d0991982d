import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { describe, expect, it } from "vitest";
import { AwsRole } from "../../lib/aws/identity.js";
import { synthAws } from "../support/aws-parts.js";
import { all, only } from "../support/synth.js";

const READ = {
  Effect: "Allow",
  Action: "sqs:ReceiveMessage",
  Resource: "arn:aws:sqs:eu-west-1:123456789012:jobs",
} as const;

describe("an identity on AWS", () => {
  const stack = synthAws(
    ({ stack, provider }) => {
      const identity = new AwsRole(stack, "identity", provider, "ec2.amazonaws.com");
      const queue = new SqsQueue(stack, "queue", { provider });
      const machine = new SqsQueue(stack, "machine", { provider, dependsOn: [queue] });
      identity.holdBack(machine);
      identity.allow("read", [READ]);
      identity.allow("read", [READ]);
      const last = new SqsQueue(stack, "last", { provider });
      identity.startAfter(last, last);
    },
    { network: { zones: 1, reach: "public" } },
  );

  it("is a role that its service alone takes on (5)", () => {
    expect(JSON.parse(String(only(stack, "aws_iam_role").assume_role_policy)).Statement).toEqual([
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } },
    ]);
  });

  it("may do what it was allowed and nothing else, however often it is said", () => {
    expect(JSON.parse(String(only(stack, "aws_iam_role_policy").policy)).Statement).toEqual([READ]);
    expect(all(stack, "aws_iam_role_policy_attachment")).toEqual([]);
  });

  it("holds back what runs under it until everything is there, also what is said later", () => {
    const machine = Object.entries(stack.resource.aws_sqs_queue).find(([name]) => name.startsWith("machine"))?.[1];
    expect(machine?.depends_on).toEqual([
      "aws_sqs_queue.queue",
      expect.stringMatching(/^aws_iam_role_policy\.identity_read/),
      "aws_sqs_queue.last",
    ]);
  });
});

describe("a pod's identity", () => {
  it("lets EKS say whose the session is", () => {
    const stack = synthAws(
      ({ stack, provider }) => {
        new AwsRole(stack, "identity", provider, "pods.eks.amazonaws.com");
      },
      { network: { zones: 1, reach: "public" } },
    );
    const [statement] = JSON.parse(String(only(stack, "aws_iam_role").assume_role_policy)).Statement;
    expect(statement.Action).toEqual(["sts:AssumeRole", "sts:TagSession"]);
  });
});
