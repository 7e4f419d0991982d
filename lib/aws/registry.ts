import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository, type EcrRepositoryConfig } from "@cdktf/provider-aws/lib/ecr-repository";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { pathFrom } from "../cloud/path-from.js";
import type { Registry } from "../cloud/registry.js";
import { type DeepPartial, merge } from "../merge.js";
import type { AwsIdentity } from "./identity.js";
import { fixedName } from "./names.js";

/** Laid over the repository of every registry, key by key. */
export interface AwsRegistryOverrides {
  readonly repository?: DeepPartial<EcrRepositoryConfig>;
}

const UNTAGGED_DAYS = 14;

/** A repository in the account's Elastic Container Registry. */
export class AwsRegistry extends Construct implements Registry<AwsIdentity> {
  readonly ecr: EcrRepository;
  readonly passwordCommand: readonly string[];
  readonly user = "AWS";

  constructor(scope: Construct, id: string, provider: AwsProvider, overrides: AwsRegistryOverrides = {}) {
    super(scope, id);
    const config: EcrRepositoryConfig = {
      provider,
      name: fixedName(this, 256),
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS" }],
      // What lies here are copies: whoever destroys the deployment needs them no more.
      forceDelete: true,
    };
    this.ecr = new EcrRepository(this, "repository", merge(config, overrides.repository));
    const untagged = {
      rulePriority: 1,
      description: "images that lost their tag",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: UNTAGGED_DAYS,
      },
      action: { type: "expire" },
    };
    new EcrLifecyclePolicy(this, "lifecycle", {
      provider,
      repository: this.ecr.name,
      policy: JSON.stringify({ rules: [untagged] }),
    });
    const region = provider.region === undefined ? [] : ["--region", provider.region];
    this.passwordCommand = ["aws", "ecr", "get-login-password", ...region];
  }

  get repository(): string {
    return this.ecr.repositoryUrl;
  }

  get host(): string {
    return Fn.element(Fn.split("/", this.ecr.repositoryUrl), 0);
  }

  grantPull(identity: AwsIdentity): void {
    identity.allow(`pull-from-${pathFrom(identity, this)}`, [
      // Whoever may log in may pull nothing yet; the action knows no narrower resource.
      { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: this.ecr.arn,
      },
    ]);
  }
}
