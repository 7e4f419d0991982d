import { describe, expect, it } from "vitest";
import { bootOfServer } from "../support/boot.js";
import { CLOUD_NAMES } from "../support/clouds.js";
import { synthSingleVm } from "../support/single-vm.js";
import { synthManagedVm } from "../support/strategies.js";
import { all } from "../support/synth.js";

const MACHINE = { aws: "aws_instance", gcp: "google_compute_instance", azure: "azurerm_linux_virtual_machine" };
const DATA = {
  aws: ["aws_db_instance", "aws_elasticache_replication_group", "aws_s3_bucket"],
  gcp: ["google_sql_database_instance", "google_redis_instance", "google_storage_bucket"],
  azure: ["azurerm_postgresql_flexible_server", "azurerm_managed_redis", "azurerm_storage_container"],
};

describe.each(CLOUD_NAMES)("one machine with managed services on %s", (cloud) => {
  const stack = synthManagedVm(cloud);
  const { compose, settings, files } = bootOfServer(stack);

  it("has database, queue and bucket outside the machine, and still one machine (C1, C2, C3, C7)", () => {
    for (const type of [MACHINE[cloud], ...DATA[cloud]]) expect(all(stack, type), type).toHaveLength(1);
  });

  it("has their blocks no more in the compose file (C5, I18)", () => {
    expect(Object.keys(compose.services).sort()).toEqual(["migrate", "statsd", "traefik", "web", "worker"]);
    expect(compose.volumes).toEqual({});
  });

  it("tells the service where they are (C4, G12)", () => {
    expect(settings.services.chosen_storage).toBe(cloud);
    const { variables } = JSON.parse(files["secrets.json"]) as { variables: { variable: string; secret: string }[] };
    const named = variables.map(({ variable }) => variable);
    expect(named).toEqual(expect.arrayContaining(["COVERSTACK_DATABASE_PASSWORD", "COVERSTACK_REDIS_PASSWORD"]));
    expect(named).not.toContain("COVERSTACK_ARCHIVE_ACCESS_KEY");
  });

  it("warns that one machine is not always there (C6)", () => {
    expect(stack.warnings[0]).toMatch(/^one machine: while it is down or replaced, nobody is served/);
  });
});

describe("managed services", () => {
  it("are refused as props where the machine has its own", () => {
    expect(() => synthSingleVm({ readReplica: true })).toThrow(
      "'readReplica' is for managed services, and this machine has its own; set 'managedServices: true', or leave it out",
    );
  });
});
