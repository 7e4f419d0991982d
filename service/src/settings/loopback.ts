import { isIPv4 } from "node:net";

/** Whether a name or an address, of IPv6 with or without brackets, is this machine's own: only it can reach what listens there. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

/**
 * Whether the service is there for its own machine alone: it listens on loopback, and that is its public address too. With
 * another one, a proxy on this machine serves others.
 */
export function isLocal({ host, publicUrl }: { readonly host: string; readonly publicUrl: string }): boolean {
  return isLoopback(host) && URL.canParse(publicUrl) && isLoopback(new URL(publicUrl).hostname);
}
