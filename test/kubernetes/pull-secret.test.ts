import { describe, expect, it } from "vitest";
import { EVERYTHING, named, synthWorkload } from "./support.js";

describe("credentials of a registry (E6)", () => {
  const secret = named(synthWorkload(EVERYTHING), "secret", "registry");

  it("are written as Docker writes them, by Terraform and past its state", () => {
    const login = "ephemeral.vault_secret.registry";
    expect(secret.type).toBe("kubernetes.io/dockerconfigjson");
    expect(secret).not.toHaveProperty("data");
    expect((secret.data_wo as Record<string, string>)[".dockerconfigjson"]).toBe(
      `\${jsonencode({ auths = { "registry.example.com" = { username = "\${${login}.username}", ` +
        `password = "\${${login}.password}", auth = base64encode("\${${login}.username}:\${${login}.password}") } } })}`,
    );
  });

  it("are written anew when the registry is another", () => {
    const { reference, pullCredentials } = EVERYTHING.image!;
    const elsewhere = { reference, pullCredentials: { ...pullCredentials!, server: "other.example.com" } };
    const other = named(synthWorkload({ ...EVERYTHING, image: elsewhere }), "secret", "registry");
    expect(other.data_wo_revision).not.toBe(secret.data_wo_revision);
  });
});
