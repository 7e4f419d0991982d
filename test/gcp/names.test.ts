import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { resourceName } from "../../lib/gcp/names.js";

function at(path: string): Construct {
  const [stack, ...ids] = path.split("/");
  return ids.reduce<Construct>((scope, id) => new Construct(scope, id), new TerraformStack(Testing.app(), stack));
}

describe("names on Google Cloud", () => {
  it("are the construct's path, in Google's letters", () => {
    expect(resourceName(at("load-balanced-gcp/coverage/Web_Group"))).toBe("load-balanced-gcp-coverage-web-group");
    expect(resourceName(at("gcp/coverage"), "to/443")).toBe("gcp-coverage-to-443");
  });

  it("start with a letter", () => {
    expect(resourceName(at("2026/coverage"))).toBe("c-2026-coverage");
  });

  it("are cut where Google takes no more, and still differ", () => {
    const [web, worker] = ["web", "worker"].map((role) =>
      resourceName(at(`load-balanced-gcp/coverage-of-all/${role}/identity`), "", 30),
    );
    expect(web).toMatch(/^load-balanced-gcp-covera-[0-9a-f]{6}$|^[a-z][a-z0-9-]{5,22}-[0-9a-f]{6}$/);
    expect(web.length).toBeLessThanOrEqual(30);
    expect(worker).not.toBe(web);
  });
});
