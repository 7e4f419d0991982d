import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Many tests wait for programs that they started: with one worker fewer than there are cores, as is the default, half
    // a machine of two idles.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: "library",
          include: ["test/**/*.test.ts"],
          setupFiles: ["test/support/without-stack-traces.ts"],
          provide: { core: "cdktf" },
        },
      },
      {
        resolve: { alias: [{ find: /^cdktf(?=\/|$)/, replacement: "cdktn" }] },
        test: {
          name: "library on cdktn",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/{delivery,demo,emulator,stacks,testing,workload/rendering}/**",
            "test/{docs,loading}.test.ts",
            "test/cdktn/same-stacks.test.ts",
            "test/aws/applied.test.ts",
            "test/kubernetes/rehearsal.test.ts",
            "test/strategies/moving-up.test.ts",
          ],
          setupFiles: ["test/support/without-stack-traces.ts"],
          isolate: false,
          execArgv: ["--require", "./test/cdktn/redirect.cjs"],
          provide: { core: "cdktn" },
        },
      },
      {
        // The fuzzing that tests share reads the same modules as they do, not those that were built.
        resolve: {
          alias: [{ find: /^#service/, replacement: fileURLToPath(new URL("service/src", import.meta.url)) }],
        },
        test: {
          name: "service",
          include: ["service/test/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
    reporters: ["default", "./test/support/real-parts-reporter.ts"],
    coverage: {
      provider: "v8",
      include: ["lib/**/*.ts", "stacks/**/*.ts", "service/src/**/*.ts"],
      reporter: ["text-summary", "lcov"],
    },
  },
});
