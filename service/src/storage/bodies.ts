import { Readable, Transform } from "node:stream";

/** What `store` makes of a body that is its own to end: whatever comes of it, the body holds nothing open afterwards. */
export async function released<T>(body: Readable | Uint8Array, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } finally {
    if (body instanceof Readable) body.destroy();
  }
}

/** A body that counts its bytes, and that fails where it broke off. */
export function counted(body: Readable): { readonly stream: Readable; readonly bytes: () => number } {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Uint8Array, _, done) {
      bytes += chunk.byteLength;
      done(null, chunk);
    },
  });
  body.once("error", (error) => counter.destroy(error));
  // A client that hangs up closes the stream without an error: half a body must not become an object.
  body.once("close", () => {
    if (!body.readableEnded) counter.destroy(new Error("the body broke off"));
  });
  return { stream: body.pipe(counter), bytes: () => bytes };
}
