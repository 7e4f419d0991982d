import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { BlobServiceClient } from "@azure/storage-blob";
import type { AzureSettings } from "../../src/settings/settings.js";
import { freePort } from "./free-port.js";

/** The account and key that every Azurite has. */
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface AzureServer {
  readonly settings: AzureSettings;
  /** Names of the blobs that lie in the container. */
  names(): Promise<string[]>;
  stop(): Promise<void>;
}

/** A Blob Storage of its own on loopback with one empty container, kept in memory by Azurite. */
export async function startAzure(): Promise<AzureServer> {
  const port = await freePort();
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
  const options = ["--blobHost", "127.0.0.1", "--blobPort", `${port}`, "--inMemoryPersistence"];
  const server = spawn(process.execPath, [main, ...options, "--skipApiVersionCheck", "--disableTelemetry"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("successfully listens")) break;
  }
  server.stdout.resume();
  const connectionString =
    `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};` +
    `BlobEndpoint=http://127.0.0.1:${port}/${ACCOUNT};`;
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("reports");
  await container.create();
  return {
    settings: { kind: "azure", container: "reports", account: { connectionString } },
    async names() {
      const names: string[] = [];
      for await (const { name } of container.listBlobsFlat()) names.push(name);
      return names;
    },
    async stop() {
      const exit = once(server, "exit");
      server.kill();
      await exit;
    },
  };
}
