import { describe, expect, it } from "vitest";
import { SecretReference, ServiceImage, Tls } from "../../lib/index.js";

describe("a reference to a secret", () => {
  it("fails without the secret's id", () => {
    expect(() => SecretReference.of(" ")).toThrow("a secret reference needs the secret's id");
  });

  it("fails when it names one field where several are taken", () => {
    const field = SecretReference.of("id", "password");
    const fix = 'got "password"; leave out the key';
    expect(() => Tls.fromSecret(field)).toThrow(
      `certificate and private key are more than one field of a secret, ${fix}`,
    );
    expect(() => ServiceImage.fromRegistry("a:1", { credentials: field })).toThrow(
      `registry credentials are more than one field of a secret, ${fix}`,
    );
  });
});

describe("an e-mail address for Let's Encrypt", () => {
  it.each(["", "ops", "ops@example", "a b@example.com"])("fails for '%s'", (email) => {
    expect(() => Tls.acme(email)).toThrow("tls needs an e-mail address");
  });
});
