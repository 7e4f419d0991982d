import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Fn, TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { terraformText } from "../cloud/terraform-text.js";
import { CoverstackError } from "../errors.js";
import type { MachineFacts } from "../workload/rendering/machine-facts.js";
import { AwsRole } from "./identity.js";
import { KEEPS_NAME, namePrefix } from "./names.js";

/** Canonical's own pointer to the current image. */
export const UBUNTU = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id";

const MOST_USER_DATA_BYTES = 16_384;

/** Reads one secret with the machine's own role. The ARN says in which region. */
const READ_SECRET = `#!/usr/bin/python3
import sys, boto3

arn = sys.argv[1]
client = boto3.client("secretsmanager", region_name=arn.split(":")[3])
print(client.get_secret_value(SecretId=arn)["SecretString"], end="")
`;

/** Logs in to ECR with the machine's own role. The host says in which region: ACCOUNT.dkr.ecr.REGION.amazonaws.com */
const REGISTRY_LOGIN = `#!/usr/bin/python3
import base64, json, sys, boto3

client = boto3.client("ecr", region_name=sys.argv[1].split(".")[3])
token = client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
username, password = base64.b64decode(token).decode().split(":", 1)
print(json.dumps({"username": username, "password": password}))
`;

/** What every machine on AWS knows. */
export const FACTS: MachineFacts = {
  packages: ["python3-boto3"],
  readSecret: READ_SECRET,
  registryLogin: REGISTRY_LOGIN,
};

/** The identity of a machine, which Session Manager may open a shell on, and the profile that hands it over. */
export function machineIdentity(
  scope: Construct,
  provider: AwsProvider,
): { identity: AwsRole; profile: IamInstanceProfile } {
  const identity = new AwsRole(scope, "identity", provider, "ec2.amazonaws.com");
  identity.attach("session-manager", "AmazonSSMManagedInstanceCore");
  const profile = new IamInstanceProfile(scope, "profile", {
    provider,
    namePrefix: namePrefix(scope),
    role: identity.role.name,
    lifecycle: KEEPS_NAME,
  });
  return { identity, profile };
}

/** Metadata with a session token only; a container is one hop further away. */
export function metadataOptions(containersUseIdentity: boolean) {
  return { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: containersUseIdentity ? 2 : 1 };
}

/**
 * User data, compressed, since EC2 takes little of it. The text is a local value, where whoever reviews the synthesised
 * file can read it. A Terraform that compresses otherwise starts machines anew, once; what they keep is elsewhere.
 *
 * @returns the expression of it in Base64
 * @throws CoverstackError when it is more than EC2 takes
 */
export function userData(scope: Construct, text: string): string {
  const bytes = gzipSync(text.replace(/\$\{TfToken\[[^\]]*\]\}/g, likely)).length;
  if (bytes > MOST_USER_DATA_BYTES) {
    const what = "user data is too large for an EC2 instance";
    const fix = "shorten the overrides of compose and settings";
    throw new CoverstackError({ what, given: bytes, allowed: `${MOST_USER_DATA_BYTES} bytes, compressed`, fix }, scope);
  }
  return Fn.base64gzip(new TerraformLocal(scope, "boot", terraformText(text)).asString);
}

/** As much, and as little compressible, as what Terraform puts in a token's place: ARNs, ids and addresses are shorter. */
function likely(token: string): string {
  return createHash("sha512").update(token).digest("hex");
}
