import { describe, expect, it } from "vitest";
import { only } from "../support/synth.js";
import { synthWorkload } from "./support.js";

describe("limits of the namespace (K10)", () => {
  const stack = synthWorkload();

  it("give whatever else is started there a request and a limit", () => {
    expect(only(stack, "kubernetes_limit_range_v1").spec).toEqual({
      limit: [
        {
          type: "Container",
          default: { cpu: "500m", memory: "256Mi" },
          default_request: { cpu: "100m", memory: "256Mi" },
        },
      ],
    });
  });

  it("leave room for twice what autoscaling may reach, and no more than that", () => {
    // Six web and nine worker pods at most, of 1 core and 3264 MiB each; 2 cores and 4 GiB besides.
    expect(only(stack, "kubernetes_resource_quota_v1").spec).toEqual({
      hard: {
        pods: "50",
        "requests.cpu": "32",
        "limits.cpu": "64",
        "requests.memory": `${2 * 15 * 3264 + 4096}Mi`,
        "limits.memory": `${2 * 15 * 3264 + 4096}Mi`,
      },
    });
  });
});
