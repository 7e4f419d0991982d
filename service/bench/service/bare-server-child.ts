import { createWriteStream } from "node:fs";
import { open, rename } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/*
 * What Node's own HTTP server does without a service behind it. `/discard` reads the body and forgets it; `/store` has
 * it on the disk, under its name, before it answers.
 */
const CHUNK = 256 * 1024;
const [folder, answer] = process.argv.slice(2);
let stored = 0;

const server = createServer({ highWaterMark: CHUNK }, (request, response) => {
  void receive(request).then(() => response.setHeader("content-type", "text/plain").end(answer));
});
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));

async function receive(request: IncomingMessage): Promise<void> {
  if (request.url !== "/store") {
    for await (const _ of request);
    return;
  }
  const path = join(folder, `bare-${stored++}`);
  await pipeline(request, createWriteStream(`${path}.part`, { flags: "wx", flush: true, highWaterMark: CHUNK }));
  await rename(`${path}.part`, path);
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}
