import { describe, expect, it } from "vitest";
import { ServiceImage } from "../../lib/index.js";

const digest = `sha256:${"a".repeat(64)}`;

describe("an image from a registry", () => {
  it.each([
    ["ghcr.io/acme/coverstack:0.1.0", "ghcr.io"],
    ["localhost:5000/coverstack:0.1.0", "localhost:5000"],
    ["acme/coverstack:0.1.0", "docker.io"],
    ["coverstack:0.1.0", "docker.io"],
    [`registry.example.com/coverstack@${digest}`, "registry.example.com"],
    [
      `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team_a/coverstack:1.0-rc.1@${digest}`,
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    ],
  ])("takes %s, from %s", (reference, registry) => {
    expect(ServiceImage.fromRegistry(reference).registry).toBe(registry);
  });

  it.each(["coverstack", "registry.example.com:5000/coverstack"])("fails without a tag: %s", (reference) => {
    expect(() => ServiceImage.fromRegistry(reference)).toThrow(`pin it, for example ${reference}:0.1.0`);
  });

  it.each([
    "",
    "UPPER/case:1",
    "has space:1",
    "https://ghcr.io/acme/coverstack:1",
    `coverstack@sha256:${"a".repeat(63)}`,
    "a:$(id)",
  ])("fails for what is no reference: %s", (reference) => {
    expect(() => ServiceImage.fromRegistry(reference)).toThrow("image must be a container image reference");
  });
});
