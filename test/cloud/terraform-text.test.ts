import { Fn, TerraformOutput, TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { terraformText } from "../../lib/cloud/terraform-text.js";

describe("text for Terraform", () => {
  it("escapes template marks and leaves tokens to be resolved", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    const token = Fn.upper("a");
    new TerraformOutput(stack, "out", { value: terraformText(`\${SHELL:-x} %{if} ${token} 100% $HOME`) });
    const { output } = JSON.parse(Testing.synth(stack)) as { output: { out: { value: string } } };
    expect(output.out.value).toBe(`$\${SHELL:-x} %%{if} \${upper("a")} 100% $HOME`);
  });
});
