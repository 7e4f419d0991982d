/** Where the service's files lie on a machine. */
export const SERVICE_FOLDER = "/opt/coverstack";
/** Docker's data: images, containers and the named volumes. */
const DOCKER_DATA = "/var/lib/docker";

/** `mount-data DEVICE`: mounts the data disk under Docker's folder, formatting it only when it holds nothing at all. */
export const MOUNT_DATA = `#!/bin/sh
set -eu
device=$1
target=\${2:-${DOCKER_DATA}}
fstab=\${FSTAB:-/etc/fstab}
waited=0
until [ -e "$device" ]; do
  if [ "$waited" -ge 600 ]; then
    echo "mount-data: $device did not appear within 10 minutes; is the disk attached?" >&2
    exit 1
  fi
  sleep 5
  waited=$((waited + 5))
done
found=0
blkid -p "$device" >/dev/null || found=$?
# 2 means that nothing recognisable is there; any other failure must not lead to formatting.
if [ "$found" -eq 2 ]; then
  mkfs.ext4 -q -L coverstack "$device"
elif [ "$found" -ne 0 ]; then
  echo "mount-data: cannot tell what is on $device (blkid: $found); left as it is" >&2
  exit 1
fi
uuid=$(blkid -p -s UUID -o value "$device")
mkdir -p "$target"
if ! grep -q "UUID=$uuid " "$fstab"; then
  echo "UUID=$uuid $target ext4 defaults,nofail,x-systemd.device-timeout=120 0 2" >>"$fstab"
fi
mountpoint -q "$target" || mount "$target"
`;

/** Fetches what \`secrets.json\` lists, through the cloud's \`read-secret\`. Prints no value. */
export const FETCH_SECRETS = `#!/usr/bin/python3
import json, os, subprocess, sys
from functools import cache

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@cache
def text(secret):
    reader = os.path.join(HOME, "bin", "read-secret")
    return subprocess.run([reader, secret], check=True, stdout=subprocess.PIPE, text=True).stdout


def value(source, key):
    if key is None:
        return text(source["secret"])
    try:
        fields = json.loads(text(source["secret"]))
    except ValueError:
        sys.exit(f"fetch-secrets: secret {source['secret']} must hold a JSON object to take '{key}' from")
    if not isinstance(fields.get(key), str):
        sys.exit(f"fetch-secrets: secret {source['secret']} has no text field '{key}'; it has {sorted(fields)}")
    return fields[key]


def write(path, content):
    path = os.path.join(HOME, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    os.replace(path + ".new", path)


def line(variable):
    content = value(variable, variable.get("key"))
    if any(mark in content for mark in "'\\n\\r"):
        sys.exit(f"fetch-secrets: the value of {variable['variable']} must not hold a quote or a line break")
    return f"{variable['variable']}='{content}'\\n"


with open(os.path.join(HOME, "secrets.json")) as file:
    wanted = json.load(file)
write(".env", "".join(map(line, wanted["variables"])))
for item in wanted["files"]:
    write(item["path"], value(item, item.get("key")))
for item in wanted["registries"]:
    server = item["server"]
    if "secret" in item:
        user, password = value(item, "username"), value(item, "password")
    else:
        own = [os.path.join(HOME, "bin", "registry-login"), server]
        login = json.loads(subprocess.run(own, check=True, stdout=subprocess.PIPE, text=True).stdout)
        user, password = login["username"], login["password"]
    login = ["docker", "login", server, "--username", user, "--password-stdin"]
    subprocess.run(login, check=True, input=password, text=True, stdout=subprocess.DEVNULL)
`;

/** Starts the containers at boot, with fresh secrets, and tries again until images and secrets can be reached. */
export function serviceUnit(hasDataDisk: boolean): string {
  return `[Unit]
Description=coverstack
Requires=docker.service
Wants=network-online.target
After=docker.service network-online.target
${hasDataDisk ? `AssertPathIsMountPoint=${DOCKER_DATA}\n` : ""}StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory=${SERVICE_FOLDER}
ExecStartPre=${SERVICE_FOLDER}/bin/fetch-secrets
ExecStart=/usr/bin/docker compose up --detach --remove-orphans
ExecStop=/usr/bin/docker compose down
Restart=on-failure
RestartSec=15
TimeoutStartSec=900
TimeoutStopSec=150

[Install]
WantedBy=multi-user.target
`;
}

/** Keeps Docker from starting an empty data folder on the root disk when the data disk is not there. */
export const DOCKER_DROP_IN = `[Unit]
RequiresMountsFor=${DOCKER_DATA}
ConditionPathIsMountPoint=${DOCKER_DATA}
`;

/** Container logs that cannot fill the disk. */
export const DOCKER_SETTINGS = `${JSON.stringify({ "log-driver": "local", "log-opts": { "max-size": "20m", "max-file": "5" } })}\n`;
