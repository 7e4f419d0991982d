import { isIPv4, isIPv6 } from "node:net";
import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";

/**
 * Refuses what is no address range. Tokens pass.
 *
 * @throws CoverstackError
 */
export function checkCidr(cidr: string, name: string, scope: IConstruct): void {
  if (Token.isUnresolved(cidr)) return;
  const [address, length, ...rest] = cidr.split("/");
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const prefix = /^\d{1,3}$/.test(length ?? "") ? Number(length) : Number.NaN;
  if (bits === 0 || rest.length > 0 || !(prefix <= bits)) {
    const fix = bits > 0 && length === undefined ? `write ${address}/${bits} for this one address` : undefined;
    throw new CoverstackError(
      {
        what: `'${name}' must be an address range`,
        given: cidr,
        allowed: "ADDRESS/LENGTH, such as 203.0.113.0/24",
        ...(fix && { fix }),
      },
      scope,
    );
  }
  if (bits === 32 && networkAddress(address, prefix) !== address) {
    throw new CoverstackError(
      {
        what: `'${name}' must start at its network address`,
        given: cidr,
        fix: `write ${networkAddress(address, prefix)}/${prefix} for the range or ${address}/32 for the one address`,
      },
      scope,
    );
  }
}

/** Whether the range is the whole internet. */
export function isEverywhere(cidr: string): boolean {
  return cidr === "0.0.0.0/0" || cidr === "::/0";
}

export function isIpv6Range(cidr: string): boolean {
  return isIPv6(cidr.split("/")[0]);
}

/** A range as a word of an id below `scope`. */
export function rangeWord(cidr: string, scope: IConstruct): string {
  return Token.isUnresolved(cidr) ? `range-${scope.node.children.length}` : cidr.replace(/[^0-9a-f]+/gi, "-");
}

function networkAddress(address: string, prefix: number): string {
  const kept = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const network = (number & kept) >>> 0;
  return [24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join(".");
}
