import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { BlobServiceClient } from "@azure/storage-blob";
import type { AzureSettings } from "../../src/settings/settings.js";
import type { Certificate } from "./certificates.js";
import { freePort } from "./free-port.js";

/** The account and key that every Azurite has. */
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface AzureServer {
  readonly settings: AzureSettings;
  /** The account's address. */
  readonly url: string;
  /** An access token as the account takes it, which looks at its claims alone. */
  readonly token: string;
  stop(): Promise<void>;
}

/**
 * A Blob Storage of its own on loopback with one empty container, kept in memory by Azurite. With a certificate it
 * speaks https, and takes access tokens too.
 */
export async function startAzure(certificate?: Certificate): Promise<AzureServer> {
  const port = await freePort();
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
  const options = ["--blobHost", "127.0.0.1", "--blobPort", `${port}`, "--inMemoryPersistence"];
  if (certificate) options.push("--cert", certificate.cert, "--key", certificate.key, "--oauth", "basic");
  const server = spawn(process.execPath, [main, ...options, "--skipApiVersionCheck", "--disableTelemetry"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("successfully listens")) break;
  }
  server.stdout.resume();
  const protocol = certificate ? "https" : "http";
  const url = `${protocol}://127.0.0.1:${port}/${ACCOUNT}`;
  const connectionString = `DefaultEndpointsProtocol=${protocol};AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${url};`;
  // The client passes these on, though its type does not say so.
  const trust = { retryOptions: {}, tlsOptions: certificate ? { ca: certificate.ca } : {} };
  const container = BlobServiceClient.fromConnectionString(connectionString, trust).getContainerClient("reports");
  await container.create();
  return {
    settings: { kind: "azure", container: "reports", account: { connectionString } },
    url,
    token: accessToken(),
    async stop() {
      const exit = once(server, "exit");
      server.kill();
      await exit;
    },
  };
}

function accessToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: "https://storage.azure.com",
    iss: "https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/",
    iat: now,
    nbf: now - 60,
    exp: now + 3600,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${Buffer.from("signature").toString("base64url")}`;
}
