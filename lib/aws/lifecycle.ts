import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { AutoscalingLifecycleHook } from "@cdktf/provider-aws/lib/autoscaling-lifecycle-hook";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import type { AwsIdentity } from "./identity.js";

const START = "start";
const DRAIN = "drain";
/** Longer than a database takes to fail over, which is no machine's fault. */
const UNWELL_SECONDS = 600;

/**
 * `watch [URL]`: tells the Auto Scaling group when the service is up, that it has been unwell for long, and, when the
 * group lets the machine go, stops the service and tells when that is done. The group's own checks know only whether
 * the machine runs, and a balancer's would replace every machine while the database fails over.
 */
export const WATCH = `#!/usr/bin/python3
import subprocess, sys, time, urllib.request, boto3

METADATA = "http://169.254.169.254/latest/"
URL = sys.argv[1] if len(sys.argv) > 1 else None


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


def well():
    if subprocess.run(["systemctl", "is-active", "--quiet", "coverstack.service"]).returncode != 0:
        return False
    try:
        return URL is None or urllib.request.urlopen(URL, timeout=5).status == 200
    except OSError:
        return False


def tell(action, **details):
    client = boto3.client("autoscaling", region_name=metadata("placement/region"))
    try:
        getattr(client, action)(InstanceId=metadata("instance-id"), **details)
    except client.exceptions.ClientError as error:
        print(f"watch: {action} {details}: {error}", flush=True)


def done(hook):
    group = metadata("tags/instance/aws:autoscaling:groupName")
    result = "CONTINUE"
    tell("complete_lifecycle_action", AutoScalingGroupName=group, LifecycleHookName=hook, LifecycleActionResult=result)


while not well() and not leaving():
    time.sleep(5)
done("${START}")
seen = time.monotonic()
while not leaving():
    time.sleep(5)
    if well():
        seen = time.monotonic()
    elif time.monotonic() - seen > ${UNWELL_SECONDS}:
        tell("set_instance_health", HealthStatus="Unhealthy")
subprocess.run(["systemctl", "stop", "coverstack.service"])
done("${DRAIN}")
`;

function installer(url: string): string {
  return `#!/bin/sh
set -eu
cat >/opt/coverstack-watch <<'END'
${WATCH}END
chmod 755 /opt/coverstack-watch
cat >/etc/systemd/system/coverstack-watch.service <<'END'
[Unit]
Description=tells the Auto Scaling group how coverstack is
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/opt/coverstack-watch ${url}
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --now --no-block coverstack-watch.service
`;
}

/** User data that, besides what `cloudConfig` says, keeps watch over the service. */
export function withWatch(
  cloudConfig: string,
  health: { readonly port: number; readonly path: string } | undefined,
): string {
  const url = health ? `http://127.0.0.1:${health.port}${health.path}` : "";
  const parts = [
    ["text/cloud-config", cloudConfig],
    ["text/x-shellscript", installer(url)],
  ];
  const body = parts.map(([type, text]) => `--part\nContent-Type: ${type}\n\n${text}\n`).join("");
  return `Content-Type: multipart/mixed; boundary=part\nMIME-Version: 1.0\n\n${body}--part--\n`;
}

export interface LifecycleProps {
  readonly provider: AwsProvider;
  readonly group: AutoscalingGroup;
  readonly identity: AwsIdentity;
  readonly startSeconds: number;
  readonly drainSeconds: number;
}

/**
 * Holds machines at both ends until they tell that they are done: one that comes is given up when it does not get well
 * in time, one that leaves goes at the end of the time.
 */
export function holdAtBothEnds(scope: Construct, props: LifecycleProps): void {
  const { provider, group, identity, startSeconds, drainSeconds } = props;
  // Not by way of the identity, whose machines would wait for it: the group must be there first.
  const policy = new IamRolePolicy(scope, "tell-group", {
    provider,
    role: identity.roleName,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:SetInstanceHealth"],
          Resource: group.arn,
        },
      ],
    }),
  });
  const hook = (name: string, transition: string, heartbeatTimeout: number, defaultResult: string) =>
    new AutoscalingLifecycleHook(scope, name, {
      provider,
      name,
      autoscalingGroupName: group.name,
      lifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
      heartbeatTimeout,
      defaultResult,
      // Held only once machines may tell. The group's very first start before that, and nothing waits for them.
      dependsOn: [policy],
    });
  hook(START, "LAUNCHING", startSeconds, "ABANDON");
  hook(DRAIN, "TERMINATING", drainSeconds, "CONTINUE");
}
