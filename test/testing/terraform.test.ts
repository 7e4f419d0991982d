import { describe, expect, it } from "vitest";
import { missingPackages } from "../../lib/testing/optional-packages.js";
import { RehearsalError } from "../../lib/testing/rehearsal-error.js";
import { readEvent, Terraform } from "../../lib/testing/terraform.js";
import { inFolder, program, SLOW } from "../support/programs.js";

function saying(folder: string, text: string): string {
  return program(folder, "terraform", `#!/bin/sh\necho '${text}'\n`);
}

async function refusal(environment: NodeJS.ProcessEnv): Promise<string> {
  const error: unknown = await Terraform.find(environment).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RehearsalError);
  return (error as RehearsalError).message;
}

describe("the terraform of this machine", SLOW, () => {
  it("is asked for where the PATH has none, with the two ways to give one", async () => {
    expect(await refusal({ PATH: "/nowhere" })).toBe(
      "a rehearsal needs Terraform 1.11 or newer, and terraform is not on the PATH; install it from https://developer.hashicorp.com/terraform/install, or name it in COVERSTACK_TERRAFORM",
    );
  });

  it("is asked for where COVERSTACK_TERRAFORM names none", async () => {
    expect(await refusal({ PATH: process.env.PATH, COVERSTACK_TERRAFORM: "/nowhere/terraform" })).toContain(
      "COVERSTACK_TERRAFORM names /nowhere/terraform, which is no program",
    );
  });

  it("is refused when it is too old, or no Terraform at all", async () => {
    await inFolder(async (folder) => {
      const old = saying(folder, '{"terraform_version": "1.10.5"}');
      expect(await refusal({ COVERSTACK_TERRAFORM: old })).toContain(
        "is Terraform 1.10.5, a rehearsal needs 1.11 or newer",
      );
      saying(folder, "hello");
      expect(await refusal({ PATH: folder })).toContain("does not tell its version");
    });
  });

  it("is taken when it is new enough", async () => {
    await inFolder(async (folder) => {
      saying(folder, '{"terraform_version": "1.12.0"}');
      const { output, status } = await (await Terraform.find({ PATH: folder })).run(["version"], folder, {});
      expect(status).toBe(0);
      expect(output).toContain("1.12.0");
    });
  });

  it("sees no setting of whoever runs it but variables", async () => {
    await inFolder(async (folder) => {
      const path = program(
        folder,
        "terraform",
        '#!/bin/sh\necho "\\"terraform_version\\": \\"1.12.0\\" $TF_LOG $TF_VAR_region"\n',
      );
      process.env.TF_LOG = "trace";
      process.env.TF_VAR_region = "eu-west-1";
      try {
        const { output } = await (await Terraform.find({ COVERSTACK_TERRAFORM: path })).run([], folder, {});
        expect(output).toMatch(/"1\.12\.0" +eu-west-1$/);
      } finally {
        delete process.env.TF_LOG;
        delete process.env.TF_VAR_region;
      }
    });
  });
});

describe("an account of a run", () => {
  it("passes over lines that are no events", () => {
    expect(readEvent("Initializing…")).toBeUndefined();
    expect(readEvent('{"type":"log"}')).toEqual({ type: "log" });
  });
});

describe("packages that a rehearsal needs", () => {
  it("are named with the command that installs them", () => {
    expect(missingPackages(["@grpc/grpc-js", "@msgpack/msgpack"])).toBe(
      "a rehearsal needs @grpc/grpc-js, @msgpack/msgpack, which are not installed; npm install --save-dev @grpc/grpc-js @msgpack/msgpack",
    );
  });
});
