import { isSslMode, SSL_MODES, tlsOf } from "../database/ssl-mode.js";
import { certificatesIn } from "./certificates.js";
import type { SettingsFile } from "./file-schema.js";
import type { Settings } from "./settings.js";

interface Servers {
  readonly settings: Pick<Settings, "databaseUrl" | "databaseCa" | "redisUrl" | "redisCa">;
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** How database and Redis are reached, and whether that is safe. */
export function serverSettings(services: NonNullable<SettingsFile["services"]>): Servers {
  const settings: Servers["settings"] = {
    databaseUrl: withPassword(services.database_url, services.database_password),
    databaseCa: certificatesIn(services.database_ca ?? ""),
    redisUrl: withPassword(services.redis_url, services.redis_password),
    redisCa: certificatesIn(services.redis_ca ?? ""),
  };
  const faults: string[] = [];
  for (const server of ["database", "redis"] as const) {
    for (const part of ["password", "ca"] as const) {
      if (services[`${server}_${part}`] && !services[`${server}_url`]) {
        faults.push(`services.${server}_${part} needs services.${server}_url: the server that it is for`);
      }
    }
  }
  if (settings.redisCa && services.redis_url && !services.redis_url.startsWith("rediss:")) {
    faults.push("services.redis_ca needs a services.redis_url of rediss://: redis:// does without TLS");
  }
  const database = databaseTls(settings);
  return { settings, faults: [...faults, ...database.faults], warnings: database.warnings };
}

function databaseTls({ databaseUrl, databaseCa }: Servers["settings"]): Pick<Servers, "faults" | "warnings"> {
  if (databaseUrl === null || !URL.canParse(databaseUrl)) return { faults: [], warnings: [] };
  const mode = new URL(databaseUrl).searchParams.get("sslmode");
  if (mode !== null && !isSslMode(mode)) {
    const faults = [
      `the sslmode of services.database_url must be one of ${SSL_MODES.join(", ")}, not ${JSON.stringify(mode)}`,
    ];
    return { faults, warnings: [] };
  }
  const tls = tlsOf(databaseUrl, databaseCa);
  if (mode === "verify-ca" && tls?.trusts === "public") {
    const faults = [
      "sslmode=verify-ca in services.database_url needs services.database_ca (or SERVICES__DATABASE_CA): anybody has " +
        "a certificate of a public CA, so with those only sslmode=verify-full says who answers",
    ];
    return { faults, warnings: [] };
  }
  if (tls === null && databaseCa !== null) {
    return {
      faults: ["services.database_ca needs TLS, which sslmode=disable in services.database_url forbids"],
      warnings: [],
    };
  }
  const warnings =
    tls?.verifies === "nothing"
      ? [
          "sslmode=require in services.database_url encrypts, but does not verify who answers: give services.database_ca " +
            "for a CA of your own, or sslmode=verify-full for a public one",
        ]
      : [];
  return { faults: [], warnings };
}

/** The URL with a password that was given beside it, as it is. */
function withPassword(url: string | undefined, password: string | undefined): string | null {
  if (!url || !password || !URL.canParse(url)) return url ?? null;
  const parsed = new URL(url);
  parsed.password = encodeURIComponent(password);
  return parsed.href;
}
