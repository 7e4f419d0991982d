import { describe, expect, it } from "vitest";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { gcp, synthInNetwork } from "../support/gcp.js";
import { all, only } from "../support/synth.js";

function synthStore(protect: boolean) {
  return synthInNetwork((cloud, stack, network) => {
    const store = cloud.objectStore(stack, "object-store", { network, keepVersionsDays: 30, protect });
    const machine = cloud.machine(stack, "machine", {
      network,
      size: MACHINE_SIZES["n1-standard-4"],
      containersUseIdentity: true,
      boot: () => JSON.stringify(store.settings),
    });
    store.allowFrom(machine);
    store.grantReadWrite(machine.identity);
    store.grantReadWrite(machine.identity);
  });
}

describe("an object store on Google Cloud", () => {
  const stack = synthStore(true);
  const bucket = only(stack, "google_storage_bucket");

  it("cannot be made public, and is opened by grants alone (15)", () => {
    expect(bucket).toMatchObject({ public_access_prevention: "enforced", uniform_bucket_level_access: true });
  });

  it("keeps versions for as long as was asked for, and no unfinished upload for good (13, 14)", () => {
    expect(bucket).toMatchObject({
      versioning: { enabled: true },
      soft_delete_policy: { retention_duration_seconds: 0 },
    });
    expect(bucket.lifecycle_rule).toEqual([
      { action: { type: "Delete" }, condition: { days_since_noncurrent_time: 30, with_state: "ARCHIVED" } },
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
    ]);
  });

  it("is kept where it is protected, and else goes with everything in it (40)", () => {
    expect(bucket).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(only(synthStore(false), "google_storage_bucket")).toMatchObject({
      force_destroy: true,
      lifecycle: { prevent_destroy: false },
    });
  });

  it("is read and written by whom it was granted to, this bucket alone (5, G13)", () => {
    expect(only(stack, "google_storage_bucket_iam_member")).toMatchObject({
      bucket: expect.stringMatching(/^\$\{google_storage_bucket\.object-store_bucket_\w+\.name\}$/),
      role: "roles/storage.objectUser",
      member: expect.stringMatching(/machine_identity/),
    });
    expect(all(stack, "google_project_iam_member")).toEqual([]);
  });

  it("needs no key: the service comes as who it is (C2, F14)", () => {
    const { metadata } = only(stack, "google_compute_instance") as { metadata: Record<string, string> };
    expect(metadata["user-data"]).toMatch(
      /^\{"chosen_storage":"gcp","gcp":\{"bucket":"\$\{google_storage_bucket\.object-store_bucket_\w+\.name\}"\}\}$/,
    );
  });

  it("has a name that no one else has", () => {
    expect(bucket.name).toBe("quality-247012-single-vm-aws-object-store");
  });

  it("fails for days that are none", () => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network");
    expect(() => cloud.objectStore(stack, "store", { network, keepVersionsDays: 0, protect: true })).toThrow(
      "[test/store] 'keepVersionsDays' is out of range, got 0; allowed: a whole number of days, 1 to 3650",
    );
  });
});
