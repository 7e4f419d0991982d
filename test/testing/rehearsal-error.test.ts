import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { RehearsalError } from "../../lib/testing/index.js";

describe("a rehearsal's error", () => {
  const operations = [{ stack: "coverage", action: "create", address: "aws_vpc.a", type: "aws_vpc" }] as const;
  const diagnostics = [{ summary: "no such cloud", detail: "look up", address: "aws_vpc.a" }];
  const error = new RehearsalError("terraform apply of coverage failed", { operations, diagnostics });

  it("says what Terraform said, and has it and what was done as values", () => {
    expect(error.message).toBe("terraform apply of coverage failed\n  aws_vpc.a: no such cloud: look up");
    expect(error).toMatchObject({ operations, diagnostics });
  });

  it("is printed without what was done, which can be long", () => {
    expect(Object.keys(error)).not.toContain("operations");
    expect(inspect(error)).toContain("no such cloud");
    expect(inspect(error)).not.toMatch(/operations|diagnostics|"?create/);
  });
});
