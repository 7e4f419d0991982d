import { describe, expect, it } from "vitest";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { gcp, synthGcp } from "../support/gcp.js";
import { only } from "../support/synth.js";

describe("a registry on Google Cloud", () => {
  const stack = synthGcp((cloud, stack) => {
    const network = cloud.network(stack, "network");
    const machine = cloud.machine(stack, "machine", { network, size: MACHINE_SIZES["n1-standard-4"], boot: () => "" });
    const registry = cloud.registry(stack, "registry");
    registry.grantPull(machine.identity);
    registry.grantPull(machine.identity);
  });

  it("never changes a tag, scans what is pushed, and forgets what has none (Q7)", () => {
    expect(only(stack, "google_artifact_registry_repository")).toMatchObject({
      format: "DOCKER",
      location: "europe-west3",
      docker_config: { immutable_tags: true },
      vulnerability_scanning_config: { enablement_config: "INHERITED" },
      cleanup_policies: [
        { id: "untagged", action: "DELETE", condition: { tag_state: "UNTAGGED", older_than: "1209600s" } },
      ],
    });
  });

  it("is pulled from by whom it was granted to, this repository alone (5, 33)", () => {
    expect(only(stack, "google_artifact_registry_repository_iam_member")).toMatchObject({
      role: "roles/artifactregistry.reader",
      repository: expect.stringMatching(/^\$\{google_artifact_registry_repository\.registry_repository_\w+\.name\}$/),
      member: expect.stringMatching(/machine_identity/),
    });
  });

  it("says where images are pushed, and how to log in", () => {
    const { cloud, stack } = gcp();
    const { host, repository, user, passwordCommand } = cloud.registry(stack, "registry");
    expect(host).toBe("europe-west3-docker.pkg.dev");
    expect(repository.startsWith(`${host}/quality-247012/`)).toBe(true);
    expect([user, ...passwordCommand]).toEqual(["oauth2accesstoken", "gcloud", "auth", "print-access-token"]);
  });
});
