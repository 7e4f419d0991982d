import { describe, expect, it } from "vitest";
import { checkUploadUrl, signUploadUrl } from "../../src/uploads/signed-url.js";

const settings = { publicUrl: "https://coverage.example.com", signingSecret: "secret" };
const ID = "8e5d3d5c-2f35-4f3c-9d44-7a3c6d3b7e10";

function queryOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

describe("an upload URL", () => {
  const url = signUploadUrl(settings, ID, 1000);

  it("is on the public origin and has no spaces or line breaks", () => {
    expect(url).toMatch(
      new RegExp(`^https://coverage\\.example\\.com/upload/put/${ID}\\?expires=1000&signature=[0-9a-f]{64}$`),
    );
  });

  it("is valid up to its last second", () => {
    expect(checkUploadUrl(settings, ID, queryOf(url), 0)).toBe("valid");
    expect(checkUploadUrl(settings, ID, queryOf(url), 1000)).toBe("valid");
    expect(checkUploadUrl(settings, ID, queryOf(url), 1001)).toBe("expired");
  });

  it("is forged for another upload, another time or under another secret", () => {
    const query = queryOf(url);
    expect(checkUploadUrl(settings, ID.replace("8", "9"), query, 0)).toBe("forged");
    expect(checkUploadUrl(settings, ID, { ...query, expires: "1001" }, 0)).toBe("forged");
    expect(checkUploadUrl({ ...settings, signingSecret: "other" }, ID, query, 0)).toBe("forged");
  });

  it.each([
    {},
    { expires: "1000" },
    { expires: "soon", signature: "0".repeat(64) },
    { expires: "1000", signature: "0".repeat(63) },
    { expires: "1000", signature: "é".repeat(64) },
    { expires: "9".repeat(13), signature: "0".repeat(64) },
  ])("is malformed with %j", (query) => {
    expect(checkUploadUrl(settings, ID, query, 0)).toBe("malformed");
  });
});
