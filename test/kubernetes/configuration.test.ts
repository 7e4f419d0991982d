import { describe, expect, it } from "vitest";
import { secretText } from "../../lib/workload/secret-text.js";
import { all, only } from "../support/synth.js";
import { pod, SECRETS, SETTINGS, synthWorkload } from "./support.js";

type Variable = { readonly name: string; readonly value?: string };

describe("the service's configuration", () => {
  const stack = synthWorkload({ secretsRevision: 3 });
  const file = only(stack, "kubernetes_config_map_v1");
  const web = pod(stack, "web");
  const variables = web.spec.container[0].env as readonly Variable[];

  it("is a settings file without a secret, where every role looks for it", () => {
    const text = (file.data as Record<string, string>)["codecov.yml"];
    expect(text).toContain("codecov_url: https://coverage.example.com");
    expect(text).not.toMatch(/password|token|cookie_secret|database_url/);
    for (const role of ["web", "worker", "migrate"]) {
      const { spec } = pod(stack, role);
      expect(spec.container[0].volume_mount).toContainEqual({
        name: "settings",
        mount_path: "/config",
        read_only: true,
      });
      expect(spec.container[0].env).toContainEqual({ name: "SETTINGS_FILE", value: "/config/codecov.yml" });
    }
  });

  it("lists secrets before the settings that refer to them, as Kubernetes resolves them", () => {
    const names = variables.map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual(Object.keys(SECRETS).sort());
    expect(variables.find(({ name }) => name === "SERVICES__DATABASE_URL")?.value).toBe(
      "postgres://coverstack:$(DATABASE_PASSWORD)@db.internal:5432/coverstack",
    );
    expect(variables[0]).toMatchObject({
      value_from: { secret_key_ref: { key: "COOKIE_SECRET", name: expect.stringContaining("kubernetes_secret_v1.") } },
    });
  });

  it("lets a role write to its temporary folder alone", () => {
    expect(variables).toContainEqual({ name: "DATA_DIR", value: "/tmp" });
    expect(web.spec.volume).toContainEqual({ name: "tmp", empty_dir: { size_limit: "8Gi" } });
  });

  it("is not mixed with variables that Kubernetes makes of services", () => {
    for (const role of ["web", "worker", "migrate"]) expect(pod(stack, role).spec.enable_service_links).toBe(false);
  });

  it("replaces the pods when settings or secrets change, and migrates again for settings only", () => {
    expect(web.metadata.annotations).toMatchObject({
      "coverstack.io/settings": expect.stringMatching(/^\$\{sha256\(kubernetes_config_map_v1\./),
      "coverstack.io/secrets-revision": "3",
    });
    expect(pod(stack, "migrate").metadata.annotations).toEqual({
      "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    });
  });
});

describe("the revision of write-only secrets", () => {
  const revision = (props: Parameters<typeof synthWorkload>[0]) =>
    all(synthWorkload(props), "kubernetes_secret_v1")[0].data_wo_revision as number;

  it("stays as it is from one synth to the next", () => {
    expect(revision({})).toBe(revision({}));
  });

  it("moves up when it is raised, and moves when another secret is added", () => {
    expect(revision({ secretsRevision: 2 })).toBeGreaterThan(revision({}));
    expect(revision({ secrets: { ...SECRETS, GITHUB: SECRETS.UPLOAD_TOKEN } })).not.toBe(revision({}));
  });
});

describe("texts that look like references", () => {
  const stack = synthWorkload({
    settings: {
      ...SETTINGS,
      setup: { ...SETTINGS.setup, codecov_url: "https://$" + "{host}" },
      github: { global_upload_token: secretText`$(HOME)-%{x}-${{ variable: "UPLOAD_TOKEN" }}` },
    },
  });

  it("arrive as they were written, past Terraform and Kubernetes", () => {
    const file = only(stack, "kubernetes_config_map_v1").data as Record<string, string>;
    expect(file["codecov.yml"]).toContain("https://$$" + "{host}");
    expect(pod(stack, "web").spec.container[0].env).toContainEqual({
      name: "GITHUB__GLOBAL_UPLOAD_TOKEN",
      value: "$$(HOME)-%%{x}-$(UPLOAD_TOKEN)",
    });
  });
});
