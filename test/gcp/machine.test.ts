import { describe, expect, it } from "vitest";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import { gcp, synthGcp } from "../support/gcp.js";
import { all, only, type Synthesised } from "../support/synth.js";

const SIZE = MACHINE_SIZES["n1-standard-8"];

describe("a machine on Google Cloud", () => {
  const stack = synthGcp((cloud, stack) => {
    const network = cloud.network(stack, "network");
    const machine = cloud.machine(stack, "machine", {
      network,
      size: SIZE,
      dataDisk: { sizeGb: 100, protect: true },
      boot: ({ dataDevice, packages }, address) => JSON.stringify({ dataDevice, packages, address, mark: `\${NAME}` }),
    });
    machine.allowFrom("203.0.113.0/24", 443);
    machine.allowTo("0.0.0.0/0", 443);
  });
  const instance = only(stack, "google_compute_instance");
  const metadata = instance.metadata as Record<string, string>;

  it("is an Ubuntu LTS that a newer image does not replace", () => {
    expect(instance.boot_disk).toMatchObject({
      initialize_params: { image: "ubuntu-os-cloud/ubuntu-2404-lts-amd64", type: "pd-balanced" },
    });
    expect(instance.lifecycle).toMatchObject({ ignore_changes: ["boot_disk[0].initialize_params[0].image"] });
  });

  it("is replaced when what it boots with changes, and the data disk is not (I2)", () => {
    const [boot] = Object.entries(stack.resource.terraform_data);
    expect(boot[1].triggers_replace).toEqual({ "user-data": metadata["user-data"] });
    expect(instance.lifecycle).toMatchObject({ replace_triggered_by: [`terraform_data.${boot[0]}`] });
    expect(only(stack, "google_compute_disk")).toMatchObject({
      size: 100,
      create_snapshot_before_destroy: true,
      lifecycle: { prevent_destroy: true },
    });
    expect(JSON.stringify(only(stack, "google_compute_disk"))).not.toContain("google_compute_instance");
  });

  it("boots with what is written to it, and knows its disk and its address", () => {
    expect(metadata["user-data"]).toContain("$${NAME}");
    expect(metadata["user-data"]).toContain('"dataDevice":"/dev/disk/by-id/google-data","packages":[]');
    expect(metadata["user-data"]).toMatch(/"address":"\$\{google_compute_address\.machine_address_\w+\.address\}"/);
    expect(instance.attached_disk).toEqual([
      { device_name: "data", source: expect.stringMatching(/^\$\{google_compute_disk\./) },
    ]);
  });

  it("keeps its address, and has it before it boots", () => {
    expect(instance.network_interface).toMatchObject([
      { access_config: [{ nat_ip: expect.stringMatching(/^\$\{google_compute_address\./) }] },
    ]);
  });

  it("starts verified, and is entered by IAM alone: there are no keys (48)", () => {
    expect(instance.shielded_instance_config).toEqual({
      enable_secure_boot: true,
      enable_vtpm: true,
      enable_integrity_monitoring: true,
    });
    expect(metadata).toMatchObject({
      "enable-oslogin": "TRUE",
      "block-project-ssh-keys": "TRUE",
      "serial-port-enable": "FALSE",
    });
  });

  it("keeps containers from its identity (5)", () => {
    expect(metadata["startup-script"]).toContain("PREROUTING -d 169.254.169.254 -p tcp ! --dport 53 -j DROP");
  });

  it("lets in what was allowed, and a shell by way of Identity-Aware Proxy", () => {
    expect(rules(stack, "INGRESS")).toEqual([
      { from: ["203.0.113.0/24"], ports: ["443"] },
      { from: ["35.235.240.0/20"], ports: ["22"] },
    ]);
  });

  it("goes out where it was allowed, before it boots, and nowhere else", () => {
    const [denied, allowed] = all(stack, "google_compute_firewall").filter(({ direction }) => direction === "EGRESS");
    expect(denied).toMatchObject({ priority: 65_001, deny: [{ protocol: "all" }], destination_ranges: ["0.0.0.0/0"] });
    expect(allowed).toMatchObject({ allow: [{ protocol: "tcp", ports: ["443"] }] });
    expect(instance.depends_on).toContainEqual(expect.stringMatching(/^google_compute_firewall\.machine_firewall_to-/));
  });

  it("has rules for its own identity alone", () => {
    for (const rule of all(stack, "google_compute_firewall")) {
      expect(rule.target_service_accounts).toEqual([
        expect.stringMatching(/^\$\{google_service_account\.machine_identity_account_\w+\.email\}$/),
      ]);
    }
  });
});

describe("a machine on Google Cloud whose containers act as itself", () => {
  it("lets them ask who they are", () => {
    const stack = synthGcp((cloud, stack) => {
      const network = cloud.network(stack, "network");
      cloud.machine(stack, "machine", {
        network,
        size: SIZE,
        containersUseIdentity: true,
        boot: () => "#cloud-config\n",
      });
    });
    const { metadata } = only(stack, "google_compute_instance") as { metadata: object };
    expect(metadata).not.toHaveProperty("startup-script");
    expect(all(stack, "google_compute_disk")).toEqual([]);
  });
});

describe("sizes on Google Cloud (G7)", () => {
  const machine = (name: string) => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network");
    return cloud.machine(stack, "machine", { network, size: { name, vcpus: 4, memoryGb: 16 }, boot: () => "" });
  };

  it.each(["n1-standard-4", "n1-standard-8", "e2-custom-4-8192", "c3-standard-22-lssd"])("take %s as it is", (name) => {
    expect(machine(name).machineType).toBe(name);
  });

  it("give disks of the kind that the family boots from", () => {
    expect(machine("c4-standard-8").instance.bootDisk.initializeParams.typeInput).toBe("hyperdisk-balanced");
    expect(machine("n2-standard-8").instance.bootDisk.initializeParams.typeInput).toBe("pd-balanced");
  });

  it.each(["m7i.xlarge", "Standard_D4s_v5", "c4a-standard-8", "t2a-standard-4"])("fail for %s", (name) => {
    expect(() => machine(name)).toThrow(
      `machine size is not known on Google Cloud, got "${name}"; allowed: n1-standard-4, n1-standard-8, or an x86 machine type such as n2-standard-16`,
    );
  });
});

describe("bad input for a machine on Google Cloud", () => {
  const machine = (props: { readonly sizeGb?: number; readonly boot?: string }) => {
    const { cloud, stack } = gcp();
    const network = cloud.network(stack, "network");
    const dataDisk = props.sizeGb === undefined ? undefined : { sizeGb: props.sizeGb, protect: false };
    return cloud.machine(stack, "machine", { network, size: SIZE, dataDisk, boot: () => props.boot ?? "" });
  };

  it("fails for user data that is larger than Google takes", () => {
    expect(() => machine({ boot: "x".repeat(262_145) })).toThrow(
      "user data is too large for a machine on Google Cloud, got 262145; allowed: 262144 bytes",
    );
  });

  it("fails for a data disk of no size", () => {
    expect(() => machine({ sizeGb: 0 })).toThrow(
      "[test/machine] 'dataDisk.sizeGb' is out of range, got 0; allowed: a whole number of GB, 10 to 65536",
    );
  });

  it("fails for ranges that are none", () => {
    expect(() => machine({}).allowFrom("203.0.113.7", 443)).toThrow("'cidr' must be an address range");
    expect(() => machine({}).allowTo("203.0.113.1/24", 443)).toThrow("'cidr' must start at its network address");
  });
});

function rules(stack: Synthesised, direction: "INGRESS" | "EGRESS") {
  return all(stack, "google_compute_firewall")
    .filter((rule) => rule.direction === direction)
    .map(({ source_ranges, allow }) => ({ from: source_ranges, ports: (allow as { ports: string[] }[])[0].ports }));
}
