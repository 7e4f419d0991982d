import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { CoverstackError } from "../lib/index.js";

describe("an error", () => {
  it("says where, what was wrong, what was given, what is allowed and how to mend it", () => {
    const scope = new Construct(new Construct(undefined as unknown as Construct, ""), "coverage");
    const error = new CoverstackError(
      { what: "'port' is out of range", given: 0, allowed: "1 to 65535", fix: "leave it out" },
      scope,
    );
    expect(error.message).toBe("[coverage] 'port' is out of range, got 0; allowed: 1 to 65535; leave it out");
    expect(error.constructPath).toBe("coverage");
  });

  it("leaves out what is not known", () => {
    expect(new CoverstackError({ what: "'tls' needs a hostname" }).message).toBe("'tls' needs a hostname");
  });
});
