import { isIP } from "node:net";

/** As libpq means them; see docs/service.md. */
export const SSL_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** What of the server's certificate is trusted, and what is verified. */
export interface Tls {
  /** own: the CA that was given. rds: those of Amazon RDS. public: those of Node. */
  readonly trusts: "own" | "rds" | "public";
  readonly verifies: "nothing" | "chain" | "chain and name";
}

export function isSslMode(text: string): text is SslMode {
  return (SSL_MODES as readonly string[]).includes(text);
}

/** How to talk to the server of a URL, whose `sslmode` is known to be one; null: without TLS. */
export function tlsOf(databaseUrl: string, ca: string | null): Tls | null {
  const url = new URL(databaseUrl);
  const trusts = trustedBy(url, ca);
  const mode = (url.searchParams.get("sslmode") ?? defaultMode(url, trusts)) as SslMode;
  switch (mode) {
    case "disable":
      return null;
    case "require":
      return {
        trusts,
        verifies: { own: "chain", rds: "chain and name", public: "nothing" }[trusts] as Tls["verifies"],
      };
    case "verify-ca":
      return { trusts, verifies: "chain" };
    case "verify-full":
      return { trusts, verifies: trusts === "own" && isAddress(url.hostname) ? "chain" : "chain and name" };
  }
}

/**
 * Whether a URL names its host by an IP address. Cloud SQL and Memorystore have a CA per instance and are reached by
 * address, which their certificates do not name: there the CA alone says who answers.
 */
export function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[(.+)\]$/, "$1")) !== 0;
}

function trustedBy(url: URL, ca: string | null): Tls["trusts"] {
  if (ca !== null || url.searchParams.has("sslrootcert")) return "own";
  return url.hostname.endsWith(".rds.amazonaws.com") ? "rds" : "public";
}

/** Who names a CA wants TLS, and RDS always has it. */
function defaultMode({ searchParams }: URL, trusts: Tls["trusts"]): SslMode {
  const ssl = searchParams.get("ssl");
  if (ssl !== null) return ssl === "true" || ssl === "1" ? "verify-full" : "disable";
  return trusts === "public" ? "disable" : "verify-full";
}
