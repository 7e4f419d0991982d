import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface OidcIssuer {
  /** The git host's web address. */
  readonly url: string;
  /** How often its keys were read. */
  keyReads(): number;
  /** From now on its keys cannot be read. */
  breakDown(): void;
  /** A token signed by its key; what is given replaces what a right one says. */
  token(
    claims: JWTPayload,
    over?: { readonly algorithm?: "RS256" | "RS384"; readonly key?: CryptoKey },
  ): Promise<string>;
  close(): Promise<void>;
}

/** A git host's CI with keys of its own, which serves them where GitHub Enterprise and GitLab do. */
export async function startOidcIssuer(): Promise<OidcIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "first", use: "sig" }] });
  let reads = 0;
  let broken = false;
  const server = createServer((request, response) => {
    const isKeys = ["/_services/token/.well-known/jwks", "/oauth/discovery/keys"].includes(request.url ?? "");
    if (isKeys) reads++;
    response.writeHead(broken ? 500 : isKeys ? 200 : 404, { "content-type": "application/json" });
    response.end(isKeys && !broken ? keys : "{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keyReads: () => reads,
    breakDown: () => {
      broken = true;
    },
    token: (claims, { algorithm = "RS256", key = privateKey } = {}) =>
      new SignJWT({ exp: Math.floor(Date.now() / 1000) + 300, ...claims })
        .setProtectedHeader({ alg: algorithm, kid: "first" })
        .sign(key),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
