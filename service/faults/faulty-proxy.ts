import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Random } from "../bench/random.js";

/**
 * What goes wrong with a call: its connection is reset before it is heard; it is refused with 500 or 503; it is carried
 * out, but its answer is lost or ends in the middle of its body.
 */
const FAULTS = ["reset", "500", "503", "lost", "cut"] as const;
type Fault = (typeof FAULTS)[number];

export interface FaultyProxy {
  /** Where clients reach what stands behind it. */
  readonly origin: string;
  /** Percentage of calls that fail. @default 0 */
  failing: number;
  /** Calls that failed so far. */
  readonly failed: number;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Stands before an HTTP server on loopback and spoils some of its calls. */
export async function startFaultyProxy(target: string, random: Random): Promise<FaultyProxy> {
  const server = createServer((incoming, response) => {
    const fault = random.chance(proxy.failing) ? FAULTS[random.below(FAULTS.length)] : null;
    if (fault !== null) failed++;
    pass(target, incoming, response, fault).catch(() => response.destroy());
  });
  let failed = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: FaultyProxy = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failing: 0,
    get failed() {
      return failed;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}

async function pass(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: Fault | null,
): Promise<void> {
  if (fault === "reset") return void incoming.destroy();
  const body = await buffer(incoming);
  if (fault === "500" || fault === "503") return void response.writeHead(Number(fault)).end();
  const answer = await forward(target, incoming, body);
  const isCut = fault === "cut" && incoming.method === "GET" && answer.body.length > 1;
  if (fault !== null && !isCut) return void response.destroy();
  response.writeHead(answer.status, answer.headers);
  if (!isCut) return void response.end(answer.body);
  response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy());
}

async function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const outgoing = request(new URL(url ?? "/", target), { method, headers, agent: false });
  outgoing.end(body);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
}
