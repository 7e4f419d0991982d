import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

/** Requests that are sent over some connections which stay open, the next one as soon as one is answered. */
export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly count: number;
  /** First lines such as `POST /path HTTP/1.1`: the n-th request has the n-th of them, in turns. */
  readonly starts: readonly string[];
  readonly bodyBytes: number;
  /**
   * Never to sleep, at the price of a whole core. Who answers a client that sleeps pays for waking it: on a virtual
   * machine up to a third of what the answer costs, and the more the slower the server, which is then measured twice.
   */
  readonly awake?: boolean;
}

export interface LoadReport {
  readonly seconds: number;
  /** First lines of answers other than 200, by how many there were. */
  readonly failures: Readonly<Record<string, number>>;
}

/*
 * Node's own client costs more than the server it asks, so this one writes bytes made beforehand and looks for no more
 * than the end of the answer. Its own process takes no time from who measures.
 */
process.on("message", (order: LoadOrder) => void run(order).then((report) => process.send!(report)));

async function run(order: LoadOrder): Promise<LoadReport> {
  const failures: Record<string, number> = {};
  const body = Buffer.alloc(order.bodyBytes, " ");
  const requests = order.starts.map((start) =>
    Buffer.from(`${start}\r\nHost: 127.0.0.1:${order.port}\r\nContent-Length: ${body.length}\r\n\r\n`),
  );
  const sockets = Array.from({ length: order.connections }, () => connect({ port: order.port, host: "127.0.0.1" }));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  let next = 0;
  let running = true;
  const stayAwake = () => {
    if (running) setImmediate(stayAwake);
  };
  if (order.awake) stayAwake();
  const started = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      socket.setNoDelay(true);
      while (next < order.count) {
        const answer = nextAnswer(socket);
        socket.write(requests[next++ % requests.length]);
        if (body.length > 0) socket.write(body);
        const status = await answer;
        if (!status.startsWith("HTTP/1.1 200 ")) failures[status] = (failures[status] ?? 0) + 1;
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  running = false;
  for (const socket of sockets) socket.destroy();
  return { seconds, failures };
}

/** The first line of the answer, once all of it has come. */
function nextAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      settle();
      resolve(text.slice(0, text.indexOf("\r\n")));
    };
    const fail = (error?: Error) => {
      settle();
      reject(error ?? new Error("the server closed the connection"));
    };
    const settle = () => {
      socket.off("data", read);
      socket.off("error", fail);
      socket.off("close", fail);
    };
    socket.on("data", read).on("error", fail).on("close", fail);
  });
}
