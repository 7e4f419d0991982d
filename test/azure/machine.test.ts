import { describe, expect, it } from "vitest";
import type { MachineProps } from "../../lib/cloud/machine.js";
import { MACHINE_SIZES } from "../../lib/index.js";
import { BOOT, cloudConfig, rules, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const made = (props: Partial<MachineProps> = {}) =>
  synthAzure(({ stack, cloud, network }) => {
    const size = MACHINE_SIZES["n1-standard-8"];
    const machine = cloud.machine(stack, "machine", { network, size, boot: () => BOOT, ...(props as object) });
    machine.allowFrom("203.0.113.0/24", 443);
    machine.allowFrom("203.0.113.0/24", 443);
    machine.allowTo("0.0.0.0/0", 443);
    machine.allowTo("198.51.100.7/32", 5432);
  });

describe("a machine on Azure", () => {
  let device: string | undefined;
  const stack = made({
    dataDisk: { sizeGb: 100, protect: true },
    boot: (facts, address) => {
      device = facts.dataDevice;
      return `#cloud-config\nurl: http://${address}\n`;
    },
  });
  const machine = only(stack, "azurerm_linux_virtual_machine");

  it("is an Ubuntu LTS that starts signed code only", () => {
    expect(machine.source_image_reference).toMatchObject({ publisher: "Canonical", offer: "ubuntu-24_04-lts" });
    expect(machine).toMatchObject({ secure_boot_enabled: true, vtpm_enabled: true });
  });

  it("is entered by Run Command: its key has no private half, and no port is open for a shell", () => {
    expect(machine.disable_password_authentication).toBe(true);
    const [{ public_key }] = machine.admin_ssh_key as { public_key: string }[];
    const key = Buffer.from(public_key.split(" ")[1], "base64");
    expect(key.subarray(4, 15).toString()).toBe("ssh-ed25519");
    expect(key).toHaveLength(4 + 11 + 4 + 32);
    expect(rules(stack).join()).not.toMatch(/ 22\b/);
  });

  it("keeps the data on a disk that outlives it (I2)", () => {
    expect(only(stack, "azurerm_managed_disk")).toMatchObject({
      disk_size_gb: 100,
      zone: "1",
      network_access_policy: "DenyAll",
      lifecycle: { prevent_destroy: true },
    });
    expect(JSON.stringify(only(stack, "azurerm_managed_disk"))).not.toContain("azurerm_linux_virtual_machine");
    expect(machine.zone).toBe("1");
    expect(only(stack, "azurerm_virtual_machine_data_disk_attachment").lun).toBe(0);
    expect(device).toBe("/dev/disk/azure/scsi1/lun0");
  });

  it("has no data disk unless it is asked for", () => {
    expect(all(made(), "azurerm_managed_disk")).toEqual([]);
  });

  it("keeps its address, and boots with its firewall closed", () => {
    const machineAddress = all(stack, "azurerm_public_ip").find(({ name }) => String(name).endsWith("machine"))!;
    expect(machineAddress).toMatchObject({ allocation_method: "Static", sku: "Standard" });
    expect(machine.depends_on).toContainEqual(
      expect.stringMatching(/^azurerm_network_interface_security_group_association\./),
    );
  });

  it("lets in and out what was allowed, once, and nothing else, not even within the network", () => {
    expect(rules(stack, "machine_")).toEqual([
      "Inbound Allow 203.0.113.0/24 → * 443",
      "Inbound Deny * → * *",
      "Outbound Allow * → 198.51.100.7/32 5432",
      "Outbound Allow * → Internet 443",
      "Outbound Deny * → * *",
    ]);
  });

  it("keeps containers from the machine's identity, unless they are to act under it (5)", () => {
    const dropped = (props: Partial<MachineProps>) =>
      cloudConfig(made(props)).bootcmd.map((words) => words[words.indexOf("-d") + 1]);
    expect(dropped({})).toEqual(["168.63.129.16", "169.254.169.254"]);
    expect(dropped({ containersUseIdentity: true })).toEqual(["168.63.129.16"]);
  });

  it("has an identity of its own that may do nothing", () => {
    expect(machine.identity).toMatchObject({ type: "UserAssigned" });
    expect(all(stack, "azurerm_role_assignment")).toEqual([]);
  });

  it("fails early when custom data is larger than Azure takes (51)", () => {
    expect(() => made({ boot: () => `${BOOT}# ${"x".repeat(66_000)}` })).toThrow(
      /custom data is too large for an Azure machine, got \d+; allowed: 65535 bytes/,
    );
  });

  it.each([0, 1.5, 40_000])("fails for a data disk of %d GB (51)", (sizeGb) => {
    expect(() => made({ dataDisk: { sizeGb, protect: false } })).toThrow(
      `[single-vm-aws/machine] 'dataDisk.sizeGb' is out of range, got ${sizeGb}; allowed: a whole number of GB, 1 to 32767`,
    );
  });

  it("fails for ranges that are none (51)", () => {
    expect(() =>
      synthAzure(({ stack, cloud, network }) => {
        const size = MACHINE_SIZES["n1-standard-8"];
        cloud.machine(stack, "machine", { network, size, boot: () => BOOT }).allowFrom("203.0.113.1", 443);
      }),
    ).toThrow("'cidr' must be an address range");
  });
});

describe("sizes on Azure (G7)", () => {
  const type = (name: string) =>
    only(made({ size: { name, vcpus: 4, memoryGb: 16 } }), "azurerm_linux_virtual_machine").size;

  it("map the presets to a current family", () => {
    expect(type("n1-standard-4")).toBe("Standard_D4s_v5");
    expect(type("n1-standard-8")).toBe("Standard_D8s_v5");
  });

  it("may be a VM size", () => {
    expect(type("Standard_E16ds_v6")).toBe("Standard_E16ds_v6");
  });

  it("find the data disk on machines without SCSI, too", () => {
    let device: string | undefined;
    made({
      size: { name: "Standard_D8s_v6", vcpus: 8, memoryGb: 32 },
      dataDisk: { sizeGb: 50, protect: false },
      boot: (facts) => {
        device = facts.dataDevice;
        return BOOT;
      },
    });
    expect(device).toBe("/dev/disk/azure/data/by-lun/0");
  });

  it("fail when they are neither, and say what is allowed (51)", () => {
    expect(() => type("m7i.large")).toThrow(
      'machine size is not known on Azure, got "m7i.large"; allowed: n1-standard-4, n1-standard-8, or a VM size such as Standard_D16s_v5',
    );
  });
});
