import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { AutoscalingLifecycleHook } from "@cdktf/provider-aws/lib/autoscaling-lifecycle-hook";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import type { AwsIdentity } from "./identity.js";

const HOOK = "drain";

/** Stops the service when the group lets the machine go, while the hook below still holds it; then says it is done. */
const WATCH = `#!/usr/bin/python3
import subprocess, time, urllib.request, boto3

METADATA = "http://169.254.169.254/latest/"


def ask(path, method="GET", **headers):
    headers = {"X-aws-ec2-metadata-" + name.replace("_", "-"): text for name, text in headers.items()}
    request = urllib.request.Request(METADATA + path, method=method, headers=headers)
    return urllib.request.urlopen(request, timeout=5).read().decode()


def metadata(name):
    return ask("meta-data/" + name, token=ask("api/token", "PUT", token_ttl_seconds="60"))


def leaving():
    try:
        return metadata("autoscaling/target-lifecycle-state") == "Terminated"
    except OSError:
        return False


while not leaving():
    time.sleep(5)
subprocess.run(["systemctl", "stop", "coverstack.service"])
boto3.client("autoscaling", region_name=metadata("placement/region")).complete_lifecycle_action(
    AutoScalingGroupName=metadata("tags/instance/aws:autoscaling:groupName"),
    LifecycleHookName="${HOOK}",
    InstanceId=metadata("instance-id"),
    LifecycleActionResult="CONTINUE",
)
`;

const UNIT = `[Unit]
Description=ends coverstack before the machine goes
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/opt/coverstack-drain
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
`;

const INSTALL = `#!/bin/sh
set -eu
cat >/opt/coverstack-drain <<'EOF'
${WATCH}EOF
chmod 755 /opt/coverstack-drain
cat >/etc/systemd/system/coverstack-drain.service <<'EOF'
${UNIT}EOF
systemctl daemon-reload
systemctl enable --now --no-block coverstack-drain.service
`;

/** User data that, besides what `cloudConfig` says, watches for the end of the machine. */
export function withDraining(cloudConfig: string): string {
  const parts = [
    ["text/cloud-config", cloudConfig],
    ["text/x-shellscript", INSTALL],
  ];
  const body = parts.map(([type, text]) => `--part\nContent-Type: ${type}\n\n${text}\n`).join("");
  return `Content-Type: multipart/mixed; boundary=part\nMIME-Version: 1.0\n\n${body}--part--\n`;
}

/** Holds machines that are to go until they say that they have ended their work, or the time is over. */
export function holdForDraining(
  scope: Construct,
  provider: AwsProvider,
  group: AutoscalingGroup,
  identity: AwsIdentity,
  seconds: number,
): void {
  new AutoscalingLifecycleHook(scope, "drain", {
    provider,
    name: HOOK,
    autoscalingGroupName: group.name,
    lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    heartbeatTimeout: seconds,
    defaultResult: "CONTINUE",
  });
  // Not by way of the identity, whose machines would wait for it: the group must be there first.
  new IamRolePolicy(scope, "complete-drain", {
    provider,
    role: identity.role.id,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "autoscaling:CompleteLifecycleAction", Resource: group.arn }],
    }),
  });
}
