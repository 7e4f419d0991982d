import { App } from "cdktf";
import { Construct } from "constructs";
import { expect, it } from "vitest";
import { pathFrom } from "../../lib/cloud/path-from.js";

it("calls another construct by what its path does not share", () => {
  const app = new App();
  const coverage = new Construct(app, "coverage");
  const machine = new Construct(new Construct(coverage, "machines"), "identity");
  expect(pathFrom(new Construct(coverage, "database"), machine)).toBe("machines-identity");
  expect(pathFrom(coverage, machine)).toBe("machines-identity");
  expect(pathFrom(machine, coverage)).toBe("coverage");
});
