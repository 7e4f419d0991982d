import type { IConstruct } from "constructs";
import { terraformText } from "../cloud/terraform-text.js";
import { CoverstackError } from "../errors.js";
import type { MachineFacts } from "../workload/rendering/machine-facts.js";
import type { GcpIdentity } from "./identity.js";

/** Canonical's current image of the long-term release. */
export const UBUNTU = "ubuntu-os-cloud/ubuntu-2404-lts-amd64";
export const ROOT_DISK_GB = 30;

const MOST_USER_DATA_BYTES = 262_144;
const TOKEN_URL = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";

/** Asks the metadata service for an access token of the machine's own identity. */
const ACCESS_TOKEN = `import json, sys, urllib.request


def get(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def access_token():
    return get("${TOKEN_URL}", **{"Metadata-Flavor": "Google"})["access_token"]
`;

/** Reads the newest version of one secret. */
const READ_SECRET = `#!/usr/bin/python3
import base64
${ACCESS_TOKEN}

url = f"https://secretmanager.googleapis.com/v1/{sys.argv[1]}/versions/latest:access"
secret = get(url, Authorization=f"Bearer {access_token()}")
print(base64.b64decode(secret["payload"]["data"]).decode(), end="")
`;

/** Artifact Registry takes an access token as the password; it holds for an hour. */
const REGISTRY_LOGIN = `#!/usr/bin/python3
${ACCESS_TOKEN}

print(json.dumps({"username": "oauth2accesstoken", "password": access_token()}))
`;

/** Programs that need nothing but what every Ubuntu has. */
export const FACTS: MachineFacts = { packages: [], readSecret: READ_SECRET, registryLogin: REGISTRY_LOGIN };

/**
 * Keeps containers from the metadata service, and so from the machine's identity: what the machine itself asks does not
 * pass here. Names are still resolved there.
 */
export const KEEP_CONTAINERS_FROM_METADATA = `#!/bin/sh
set -eu
rule() { iptables -t raw "$1" PREROUTING -d 169.254.169.254 -p tcp ! --dport 53 -j DROP; }
rule -C 2>/dev/null || rule -I
`;

/**
 * What a machine boots with, as Terraform takes it.
 *
 * @throws CoverstackError when it is larger than Google takes
 */
export function userData(text: string, scope: IConstruct): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_USER_DATA_BYTES) {
    const what = "user data is too large for a machine on Google Cloud";
    const fix = "shorten the overrides of compose and settings";
    throw new CoverstackError({ what, given: bytes, allowed: `${MOST_USER_DATA_BYTES} bytes`, fix }, scope);
  }
  return terraformText(text);
}

/** What every machine has in common: who it is, a verified boot, and logins that IAM decides about. */
export function guest(bootText: string, identity: GcpIdentity, more: Readonly<Record<string, string>> = {}) {
  return {
    metadata: {
      "user-data": bootText,
      "enable-oslogin": "TRUE",
      "block-project-ssh-keys": "TRUE",
      "serial-port-enable": "FALSE",
      ...more,
    },
    // What the identity may do is decided by its grants, not by scopes.
    serviceAccount: { email: identity.email, scopes: ["cloud-platform"] },
    shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
  };
}
