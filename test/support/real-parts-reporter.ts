import type { Reporter, TestModule } from "vitest/node";
import { realParts } from "./real-parts.js";

const NAMES: Record<keyof ReturnType<typeof realParts>, string> = {
  terraform: "Terraform",
  awsPlugin: "Terraform's AWS provider",
  dockerCompose: "docker-compose",
  cloudInit: "cloud-init",
  shellcheck: "ShellCheck",
  postgres: "PostgreSQL",
  redis: "Redis",
  chromium: "Chromium",
  moto: "moto",
  providerSchemas: "the providers' own schemas (COVERSTACK_PROVIDER_SCHEMAS)",
};

/** Says last which real parts the tests ran against and which were left out, then the count in one line. */
export default class RealPartsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.state() === "failed" && module.children.size === 0).length;
    const skipped = count("skipped");
    process.once("exit", () => {
      const parts = Object.entries(realParts()) as [keyof typeof NAMES, string | null][];
      const list = (there: boolean) =>
        parts.filter(([, path]) => (path !== null) === there).map(([part]) => NAMES[part]);
      const left = list(false);
      process.stdout.write(`\nRan against: ${list(true).join(", ") || "nothing beyond Node"}\n`);
      process.stdout.write(`Left out, not found here: ${left.join(", ") || "nothing"}\n`);
      if (skipped > 0) process.stdout.write(`Tests left out with them: ${skipped}\n`);
      process.stdout.write(`${count("passed")} passed, ${count("failed") + broken + errors.length} failed\n`);
    });
  }
}
