import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { Rehearsal } from "../../lib/testing/index.js";
import { CLOUD_NAMES } from "../support/clouds.js";
import { realParts } from "../support/real-parts.js";
import { loadBalanced, managedVm, platform } from "../support/strategies.js";

const FOLDER = mkdtempSync(join(tmpdir(), "moving-up-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const STRATEGIES = { "one machine": managedVm, "load balancer": loadBalanced, Kubernetes: platform } as const;

/** What must be left where it is: networks and their ranges, whatever has data in it, and the secrets to it. */
const KEPT =
  /^(aws_(vpc|subnet|db_instance|db_subnet_group|elasticache_\w+|s3_bucket|secretsmanager_secret\w*|kms_key)|google_(compute_(network|subnetwork)|service_networking_connection|sql_\w+|redis_instance|storage_bucket|secret_manager_secret|secret_manager_secret_version|kms_\w+)|azurerm_(resource_group|virtual_network|subnet|postgresql_\w+|managed_redis|storage_account|storage_container|key_vault|key_vault_secret|private_dns_zone|private_endpoint)|random_\w+)\./;

describe.runIf(realParts().terraform)("moving a deployment to a larger strategy", { timeout: 180_000 }, () => {
  it.each(CLOUD_NAMES)("keeps network, database, Redis, bucket and secrets on %s (G3, G4)", async (cloud) => {
    const synth = (strategy: keyof typeof STRATEGIES) => {
      const app = new App({ outdir: mkdtempSync(join(FOLDER, `${cloud}-`)) });
      STRATEGIES[strategy](new TerraformStack(app, "coverage"), cloud);
      return app;
    };
    await using rehearsal = await Rehearsal.of(synth("one machine"));
    const first = await rehearsal.apply();
    expect(first.filter(({ address }) => KEPT.test(address)).length).toBeGreaterThan(6);
    for (const strategy of ["load balancer", "Kubernetes"] as const) {
      await rehearsal.change(synth(strategy));
      const plan = await rehearsal.plan();
      const lost = plan.filter(({ action, address }) => KEPT.test(address) && /delete|replace/.test(action));
      expect(lost, `${strategy}: ${JSON.stringify(lost)}`).toEqual([]);
      expect(plan.some(({ action }) => action === "create")).toBe(true);
      await rehearsal.apply();
      expect(await rehearsal.plan()).toEqual([]);
    }
  });
});
