import { App } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globalName, globalWord, resourceName } from "../../lib/azure/names.js";

const at = (...path: readonly string[]) => path.reduce<Construct>((scope, id) => new Construct(scope, id), new App());

describe("names on Azure", () => {
  const step = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _-]{0,30}$/);

  it("fit what Azure takes, whatever the path is", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (path) => {
        const scope = at(...path);
        expect(resourceName(scope, 50)).toMatch(/^[a-z](?:-?[a-z0-9]){0,49}$/);
        expect(globalName(scope, "0a1b2c3d", 24)).toMatch(/^(?=.{3,24}$)[a-z](?:-?[a-z0-9])+$/);
        expect(globalWord(scope, "0a1b2c3d", 24)).toMatch(/^[a-z][a-z0-9]{2,23}$/);
      }),
      { numRuns: 60 },
    );
  });

  it("stay two where long paths differ at their end only", () => {
    const long = ["a-rather-long-stack", "with-a-rather-long-construct", "and-then-a-part"];
    expect(resourceName(at(...long, "one"), 40)).not.toBe(resourceName(at(...long, "two"), 40));
  });
});
