import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import type { ObjectSettings } from "../../src/settings/settings.js";
import { openS3Store } from "../../src/storage/s3-store.js";
import { startAzure } from "../support/azurite.js";
import { createAuthority } from "../support/certificates.js";
import { startNode } from "../support/child.js";
import { startGcs } from "../support/gcs.js";
import { startS3 } from "../support/moto.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const STORAGE = new URL("../../dist/storage/open.js", import.meta.url).href;

/** What a machine asks for its identity. Returns its port and the requests so far. */
async function startIdentities(answer: RequestListener) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.setHeader("content-type", "application/json").setHeader("metadata-flavor", "Google");
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests };
}

/** Writes and reads in a process of its own, which is the only way to have it trust a CA. Returns what it read. */
async function roundTrip(objects: ObjectSettings, environment: NodeJS.ProcessEnv): Promise<string> {
  const program = `
    import { text } from "node:stream/consumers";
    import { openObjectStore } from ${JSON.stringify(STORAGE)};
    const store = await openObjectStore({ objects: ${JSON.stringify(objects)} });
    await store.check();
    await store.put("a/b", Buffer.from("hello"));
    console.log(await text(await store.get("a/b")));
  `;
  const child = startNode(["--input-type=module", "--eval", program], environment);
  const code = await child.exit;
  return code === 0 ? child.lines.join() : child.stderr();
}

describe("the machine's own identity", () => {
  const folder = temporaryFolder();

  it.runIf(realParts().moto)("on AWS comes from the agent of a pod or task", async () => {
    const s3 = await startS3();
    onTestFinished(() => s3.stop());
    onTestFinished(() => void vi.unstubAllEnvs());
    const identities = await startIdentities((_, response) => {
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(JSON.stringify({ AccessKeyId: "AK", SecretAccessKey: "SK", Token: "T", Expiration }));
    });
    vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `http://127.0.0.1:${identities.port}/v1/credentials`);
    vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod");
    await openS3Store({ ...s3.settings, credentials: null }).check();
    expect(identities.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/v1/credentials", "pod"],
    ]);
  });

  it("on Google Cloud comes from the metadata server, and goes to https", async () => {
    const certificate = createAuthority(folder, "google").issue("DNS:localhost");
    const gcs = await startGcs({ certificate, token: "of-the-machine" });
    onTestFinished(() => gcs.stop());
    const identities = await startIdentities((request, response) => {
      const asksToken = request.url?.includes("/service-accounts/default/token");
      response.end(asksToken ? JSON.stringify({ access_token: "of-the-machine", expires_in: 3600 }) : "{}");
    });
    const environment = {
      GCE_METADATA_HOST: `127.0.0.1:${identities.port}`,
      NODE_EXTRA_CA_CERTS: join(folder, "google.pem"),
      HOME: folder,
    };
    expect(await roundTrip(gcs.settings, environment)).toBe("hello");
  });

  it("on Azure comes from the managed identity's endpoint, by the client id", async () => {
    const certificate = createAuthority(folder, "azure").issue("IP:127.0.0.1");
    const azure = await startAzure(certificate);
    onTestFinished(() => azure.stop());
    const identities = await startIdentities((_, response) => {
      const expires_on = `${Math.floor(Date.now() / 1000) + 3600}`;
      response.end(
        JSON.stringify({ access_token: azure.token, expires_on, token_type: "Bearer", resource: "storage" }),
      );
    });
    const environment = {
      IDENTITY_ENDPOINT: `http://127.0.0.1:${identities.port}/token`,
      IDENTITY_HEADER: "machine",
      NODE_EXTRA_CA_CERTS: join(folder, "azure.pem"),
    };
    const settings = { kind: "azure", container: "reports", account: { url: azure.url, clientId: "mine" } } as const;
    expect(await roundTrip(settings, environment)).toBe("hello");
    expect(identities.requests[0]?.headers["x-identity-header"]).toBe("machine");
    expect(identities.requests[0]?.url).toContain("client_id=mine");
  });
});
