import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "library",
          include: ["test/**/*.test.ts"],
          setupFiles: ["test/support/without-stack-traces.ts"],
        },
      },
      {
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
