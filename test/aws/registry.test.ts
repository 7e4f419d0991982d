import { describe, expect, it } from "vitest";
import { AwsRole } from "../../lib/aws/identity.js";
import { AwsRegistry } from "../../lib/aws/registry.js";
import { awsObjections, awsPlugin, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { only } from "../support/synth.js";

describe("a registry on AWS", () => {
  let registry!: AwsRegistry;
  const stack = synthAws(
    ({ stack, provider }) => {
      registry = new AwsRegistry(stack, "registry", provider, { repository: { tags: { Team: "quality" } } });
      registry.grantPull(new AwsRole(stack, "identity", provider, "ec2.amazonaws.com"));
    },
    { network: { reach: "public" } },
  );
  const repository = only(stack, "aws_ecr_repository");

  it("never changes what a tag means, scans what is pushed, and is encrypted (Q7, 6)", () => {
    expect(repository).toMatchObject({
      name: "single-vm-aws-registry",
      image_tag_mutability: "IMMUTABLE",
      image_scanning_configuration: { scan_on_push: true },
      encryption_configuration: [{ encryption_type: "KMS" }],
    });
  });

  it("forgets images without a tag after two weeks", () => {
    const { rules } = JSON.parse(String(only(stack, "aws_ecr_lifecycle_policy").policy));
    expect(rules).toMatchObject([
      { selection: { tagStatus: "untagged", countNumber: 14 }, action: { type: "expire" } },
    ]);
  });

  it("lets identities pull from it, and from no other repository (5)", () => {
    const { Statement } = JSON.parse(String(only(stack, "aws_iam_role_policy").policy));
    expect(Statement).toEqual([
      { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: expect.stringMatching(/^\$\{aws_ecr_repository\.[\w-]+\.arn\}$/),
      },
    ]);
  });

  it("is pushed to with the password of AWS's command line", () => {
    expect(registry.passwordCommand).toEqual(["aws", "ecr", "get-login-password", "--region", "eu-west-1"]);
    expect(registry.user).toBe("AWS");
  });

  it("takes overrides of the repository", () => {
    expect(repository.tags).toEqual({ Team: "quality" });
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});
