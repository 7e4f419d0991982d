import { createHash } from "node:crypto";
import { Fn, TerraformLocal, Token } from "cdktf";
import type { Construct } from "constructs";
import { terraformText } from "../cloud/terraform-text.js";
import { CoverstackError } from "../errors.js";
import type { MachineFacts } from "../workload/rendering/machine-facts.js";
import type { ManagedIdentity } from "./identity.js";
import { DRAIN, DRAIN_UNIT, READ_SECRET, REGISTRY_LOGIN } from "./programs.js";

/** Canonical's current LTS, for second-generation machines. */
const UBUNTU = {
  publisher: "Canonical",
  offer: "ubuntu-24_04-lts",
  sku: "server",
  version: "latest",
} as const;

const ADMIN = "coverstack";

export const FACTS: MachineFacts = { packages: [], readSecret: READ_SECRET, registryLogin: REGISTRY_LOGIN };

const MOST_CUSTOM_DATA_BYTES = 65_535;
/** What Terraform puts in a token's place: ids and addresses are shorter. */
const TOKEN_BYTES = 250;

export interface BootProps {
  /** Whether containers may ask who the machine is. */
  readonly containersUseIdentity: boolean;
  /** Whether the machine is told before it goes. */
  readonly drains: boolean;
}

/**
 * Custom data for a machine: the cloud-config with what Azure needs besides, as an expression.
 *
 * @throws CoverstackError when it is larger than Azure takes
 */
export function customData(scope: Construct, cloudConfig: string, props: BootProps): string {
  // JSON is YAML, too.
  const text = `${cloudConfig.trimEnd()}\nbootcmd: ${JSON.stringify(earlyCommands(props))}\n`;
  const bytes = Buffer.byteLength(text.replace(/\$\{TfToken\[[^\]]*\]\}/g, "x".repeat(TOKEN_BYTES)));
  if (bytes > MOST_CUSTOM_DATA_BYTES) {
    const what = "custom data is too large for an Azure machine";
    const fix = "shorten the overrides of compose and settings";
    throw new CoverstackError({ what, given: bytes, allowed: `${MOST_CUSTOM_DATA_BYTES} bytes`, fix }, scope);
  }
  const local = new TerraformLocal(scope, "boot", terraformText(text));
  return Token.asString(Fn.base64encode(local.asString));
}

function earlyCommands({ containersUseIdentity, drains }: BootProps): string[][] {
  const drop = (...match: string[]) => ["iptables", "-w", "-t", "mangle", "-A", "FORWARD", ...match, "-j", "DROP"];
  return [
    // Azure's host answers machines at these addresses; what is forwarded comes from a container.
    drop("-d", "168.63.129.16", "-p", "tcp", "-m", "multiport", "--dports", "80,32526"),
    ...(containersUseIdentity ? [] : [drop("-d", "169.254.169.254")]),
    ...(drains
      ? [
          writeFile("/usr/local/sbin/coverstack-drain", DRAIN, "0755"),
          writeFile("/etc/systemd/system/coverstack-drain.service", DRAIN_UNIT, "0644"),
          ["systemctl", "enable", "--now", "--no-block", "coverstack-drain.service"],
        ]
      : []),
  ];
}

function writeFile(path: string, content: string, permissions: string): string[] {
  const encoded = Buffer.from(content).toString("base64");
  return ["sh", "-c", `echo ${encoded} | base64 -d >${path} && chmod ${permissions} ${path}`];
}

/** What every machine is: Ubuntu, booted securely, under its identity, with nobody who could sign in. */
export function ubuntu(scope: Construct, { resourceId }: ManagedIdentity, diskSizeGb: number) {
  return {
    adminUsername: ADMIN,
    disablePasswordAuthentication: true,
    adminSshKey: [{ username: ADMIN, publicKey: keyOfNobody(scope) }],
    identity: { type: "UserAssigned", identityIds: [resourceId] },
    sourceImageReference: UBUNTU,
    osDisk: { caching: "ReadWrite", storageAccountType: "Premium_LRS", diskSizeGb },
    secureBootEnabled: true,
    vtpmEnabled: true,
    bootDiagnostics: {},
  };
}

/**
 * A public key without a private half: a digest, which nobody can sign for. Azure wants a key on every machine without a
 * password, and there is no SSH here; Run Command opens a shell.
 */
function keyOfNobody(scope: Construct): string {
  const parts = [Buffer.from("ssh-ed25519"), createHash("sha256").update(scope.node.path).digest()];
  const fields = parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-ed25519 ${Buffer.concat(fields).toString("base64")} nobody`;
}
