import { describe, expect, it } from "vitest";
import { only } from "../support/synth.js";
import { synthWorkload } from "./support.js";

describe("the namespace", () => {
  const namespace = only(synthWorkload(), "kubernetes_namespace_v1");

  it("is not destroyed by mistake (K13)", () => {
    expect(namespace.lifecycle).toEqual({ prevent_destroy: true });
  });

  it("refuses pods that ask for privileges (K11)", () => {
    expect(namespace.metadata).toMatchObject({
      name: "coverstack",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted" },
    });
  });
});

it("has the name that is asked for, and goes when nothing is to be protected", () => {
  const namespace = only(synthWorkload({ namespace: "coverage", protect: false }), "kubernetes_namespace_v1");
  expect(namespace.metadata).toMatchObject({ name: "coverage" });
  expect(namespace.lifecycle).toEqual({ prevent_destroy: false });
});
