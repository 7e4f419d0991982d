import { describe, expect, it } from "vitest";
import { only } from "../support/synth.js";
import { named, pod, SETTINGS, synthWorkload } from "./support.js";

describe("the migration (28)", () => {
  const stack = synthWorkload();
  const job = only(stack, "kubernetes_job_v1");

  it("is done before any new pod of web and worker starts", () => {
    expect(job.wait_for_completion).toBe(true);
    for (const role of ["web", "worker"]) {
      expect(named(stack, "deployment", role).depends_on).toEqual([expect.stringMatching(/^kubernetes_job_v1\./)]);
    }
  });

  it("is tried again, but not for ever", () => {
    expect(job.spec).toMatchObject({ backoff_limit: 3, active_deadline_seconds: 1800 });
    expect(job.timeouts).toEqual({ create: "2100s", update: "2100s" });
    expect(pod(stack, "migrate").spec).toMatchObject({ restart_policy: "Never", container: [{ args: ["migrate"] }] });
  });

  it("stays when it is done: one that vanished would run again with every apply", () => {
    expect(job.spec).not.toHaveProperty("ttl_seconds_after_finished");
  });

  it("starts under the namespace's policies and limits", () => {
    const kinds = (job.depends_on as string[]).map((address) => address.split(".")[0]);
    expect(new Set(kinds)).toEqual(
      new Set(["kubernetes_limit_range_v1", "kubernetes_resource_quota_v1", "kubernetes_network_policy_v1"]),
    );
  });

  it("has a name of its own for each image and each settings", () => {
    expect((job.metadata as { name: string }).name).toMatch(/^migrate-\$\{substr\(sha256\(jsonencode\(local\./);
    const versions = [
      stack,
      synthWorkload({ image: { reference: "registry.example.com/coverstack:0.2.0" } }),
      synthWorkload({ settings: { ...SETTINGS, setup: { ...SETTINGS.setup, open_access: true } } }),
    ].map(({ json }) => {
      const { locals, resource } = JSON.parse(json);
      const [{ data }] = Object.values(resource.kubernetes_config_map_v1) as { data: object }[];
      return JSON.stringify([locals, data]);
    });
    expect(new Set(versions).size).toBe(3);
  });
});
