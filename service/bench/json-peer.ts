import type { Peer } from "./peers.js";

/** Node's own parser, which makes objects of everything and does nothing with them: on a text that is in memory already. */
export const jsonParse: Peer = {
  name: "JSON.parse",
  floor: ">= 1.5",
  parse(text) {
    const document: unknown = JSON.parse(text);
    return { lines: typeof document === "object" ? Number.POSITIVE_INFINITY : 0 };
  },
};
