import { App, TerraformStack } from "cdktf";
import { ServiceImage, SingleVm } from "coverstack";
import { Aws } from "coverstack/aws";

/** A program that uses the library as it is published. */
const stack = new TerraformStack(new App(), "coverage");
new SingleVm(stack, "coverage", {
  cloud: new Aws(stack, "aws", { region: "eu-west-1" }),
  image: ServiceImage.fromRegistry("registry.example.com/coverstack:0.1.0"),
});
