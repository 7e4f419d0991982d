import { describe, expect, it } from "vitest";
import { ServiceImage } from "../../lib/workload/service-image.js";

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
  ])("takes %s, from %s", (reference, host) => {
    expect(ServiceImage.fromRegistry(reference).source).toMatchObject({ kind: "registry", reference, host });
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

describe("the bundled image", () => {
  it("is built with Docker for the x86 machines of every cloud, unless told otherwise", () => {
    expect(ServiceImage.bundled().source).toEqual({ kind: "bundled", builder: "docker", platform: "linux/amd64" });
    const source = ServiceImage.bundled({ builder: "buildah", platform: "linux/arm64/v8" }).source;
    expect(source).toEqual({ kind: "bundled", builder: "buildah", platform: "linux/arm64/v8" });
  });

  it("fails for a builder that it does not know", () => {
    const builder = "kaniko" as "docker";
    expect(() => ServiceImage.bundled({ builder })).toThrow(
      `'builder' is not known, got "kaniko"; allowed: docker, podman, buildah`,
    );
  });

  it.each(["", "amd64", "linux amd64", "linux/amd64 --build-arg=a"])("fails for the platform '%s'", (platform) => {
    expect(() => ServiceImage.bundled({ platform })).toThrow("OS/ARCHITECTURE, such as linux/amd64");
  });
});
