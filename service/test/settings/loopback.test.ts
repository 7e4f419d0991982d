import { describe, expect, it } from "vitest";
import { isLocal, isLoopback } from "../../src/settings/loopback.js";

describe("loopback", () => {
  it.each(["localhost", "LocalHost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])("is %s", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(["", "0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "[::2]", "[", "127.1"])(
    "is not %j",
    (host) => expect(isLoopback(host)).toBe(false),
  );
});

describe("a service", () => {
  it.each([
    ["127.0.0.1", "http://127.0.0.1:8080", true],
    ["localhost", "http://[::1]:8080", true],
    ["::1", "https://LOCALHOST", true],
    ["127.0.0.1", "https://coverage.example.com", false],
    ["0.0.0.0", "http://localhost:8080", false],
    ["127.0.0.1", "no address", false],
  ])("that listens on %s and is known as %s is there for its own machine alone: %s", (host, publicUrl, expected) => {
    expect(isLocal({ host, publicUrl })).toBe(expected);
  });
});
