import { expect, it } from "vitest";
import { countedRequestIds } from "../../src/http/request-ids.js";

it("no two requests have the same id, of whichever process", () => {
  const [one, other] = [countedRequestIds(), countedRequestIds()];
  const ids = [one(), one(), one(), other(), other()];
  expect(new Set(ids).size).toBe(ids.length);
});
