import { createRequire } from "node:module";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformResource } from "cdktf";
import { describe, expect, inject, it } from "vitest";
import "../../lib/delivery/image-build.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The package that `cdktf` stands for in this run of the suite. */
    readonly core: "cdktf" | "cdktn";
  }
}

/** The packages of those names from which anything is loaded. */
const loaded = () => {
  const paths = Object.keys(createRequire(import.meta.url).cache);
  return [...new Set(paths.flatMap((path) => /node_modules\/(cdkt[fn]|constructs)\//.exec(path)?.[1] ?? []))].sort();
};

describe("the core under the library", () => {
  it("is the one that this run is about, and no other", () => {
    expect(loaded()).toEqual([inject("core"), "constructs"].sort());
  });

  it("is one copy for the library and the bindings", () => {
    expect(Object.getPrototypeOf(Vpc)).toBe(TerraformResource);
  });
});
