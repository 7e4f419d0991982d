import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NetworkPaths } from "../../src/ingest/path-network.js";

const find = (path: string, ...network: string[]) => new NetworkPaths(network).find(path);

describe("finding a file of the repository", () => {
  it.each<[string, string, string[], string | null]>([
    ["the same path", "src/a.js", ["src/a.js", "a.js"], "src/a.js"],
    ["the end of a longer path", "home/ci/repo/src/a.js", ["src/a.js", "lib/a.js"], "src/a.js"],
    ["the end of a longer path, down to its name", "home/ci/a.js", ["a.js"], "a.js"],
    [
      "a longer path with this end",
      "components/login.js",
      ["web/src/components/login.js"],
      "web/src/components/login.js",
    ],
    ["the only file of that name, for a name alone", "login.js", ["src/login.js"], "src/login.js"],
    ["whatever the case", "SRC/Login.JS", ["src/login.js"], "src/login.js"],
    ["the one with the same case, of two", "aa/bb/Cc", ["Aa/Bb/cc", "Aa/Bb/Cc"], "Aa/Bb/Cc"],
    ["the longest end of several", "x/lib/src/a.js", ["a.js", "src/a.js", "lib/src/a.js"], "lib/src/a.js"],
    ["the most similar of the end and a longer path", "z/b/a.py", ["a.py", "x/b/a.py"], "x/b/a.py"],
    ["nothing, when two longer paths would do", "src/a.js", ["one/src/a.js", "two/src/a.js"], null],
    ["the shortest, when the others end with it", "src/a.js", ["one/src/a.js", "x/one/src/a.js"], "one/src/a.js"],
    ["nothing, when only the name is the same", "x/a.js", ["src/a.js"], null],
    ["nothing, for a name that is not there", "b.js", ["src/a.js"], null],
    ["nothing, for the end of a name", "xa.js", ["a.js"], null],
    ["nothing, in an empty list", "a.js", [], null],
  ])("finds %s", (_, path, network, expected) => {
    expect(find(path, ...network)).toBe(expected);
  });

  it("finds any file by its own path, and by its path in any folder", () => {
    const part = fc.constantFrom("a", "b", "c", "D");
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 12 }), fc.nat(), (network, at) => {
        const paths = new NetworkPaths(network);
        const wanted = network[at % network.length];
        expect(paths.find(wanted)).toBe(wanted);
        expect(paths.find(`elsewhere/${wanted}`)).toBe(wanted);
      }),
    );
  });

  it("takes a list of a hundred thousand files of the same name", () => {
    const network = Array.from({ length: 100_000 }, (_, number) => `packages/p${number}/src/index.js`);
    const paths = new NetworkPaths(network);
    for (let number = 0; number < 100_000; number += 7) {
      expect(paths.find(`home/ci/repo/packages/p${number}/src/index.js`)).toBe(network[number]);
    }
    expect(paths.find("src/index.js")).toBeNull();
  });

  it("finds one of thousands of files that differ in case only, at the price of a few", () => {
    const inCases = (number: number) =>
      Array.from(number.toString(2).padStart(14, "0"), (bit) => (bit === "1" ? "A" : "a")).join("");
    const network = Array.from({ length: 16_000 }, (_, number) => `d/${inCases(number)}`);
    const paths = new NetworkPaths(network);
    const started = performance.now();
    const found = network.map((_, number) => paths.find(`x${number}/d/${"a".repeat(14)}`));
    expect(new Set(found)).toEqual(new Set([network[0]]));
    expect(network.map((path) => paths.find(path))).toEqual(network);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("compares all of a few files that differ in case only", () => {
    const network = ["AAA", "AAa", "AaA", "Aaa", "aAA", "aAa", "aaA", "aaa"].map((name) => `d/${name}`);
    for (const path of network) expect(find(`ci/${path}`, ...network)).toBe(path);
  });
});
