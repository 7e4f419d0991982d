import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { TOKEN } from "./running-roles.js";

/** Uploads as the bash uploader does: asks for an address, then puts the body there. Keeps its connections. */
export class UploadClient {
  readonly #agent: Agent;
  readonly #base: URL;

  constructor(base: URL, connections: number) {
    this.#base = base;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  async upload(query: Readonly<Record<string, string>>, body: Buffer): Promise<void> {
    await this.#send("PUT", await this.uploadUrl(query), body);
  }

  /** Where the body of a new upload may be put. */
  async uploadUrl(query: Readonly<Record<string, string>>): Promise<URL> {
    const parameters = new URLSearchParams({ token: TOKEN, slug: "jane/shop", service: "github", ...query });
    const answer = await this.#send("POST", new URL(`/upload/v4?${parameters}`, this.#base), Buffer.alloc(0));
    return new URL(answer.split("\n")[1]);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, url: URL, body: Buffer): Promise<string> {
    const sent = request(url, { method, agent: this.#agent, headers: { "content-length": body.length } });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 200) throw new Error(`${method} was answered ${response.statusCode}: ${answer}`);
    return answer;
  }
}
