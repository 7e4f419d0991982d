import { type App, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Operation, Rehearsal } from "../../lib/testing/index.js";
import { SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";
import { EVERYTHING, type Props, SECRETS, workload } from "./support.js";

/** A value that lives for one run only, as a library user without any cloud would pass it in. */
function ephemeralVariable(stack: TerraformStack, name: string): string {
  const variable = new TerraformVariable(stack, name, { type: "string", default: `value of "${name}"` });
  variable.addOverride("ephemeral", true);
  return variable.stringValue;
}

function appOf(props: Props): App {
  const app = Testing.app();
  const stack = new TerraformStack(app, "workload");
  const secrets = Object.keys(SECRETS).map((name) => [name, ephemeralVariable(stack, name)]);
  const [username, password] = ["username", "password"].map((name) => ephemeralVariable(stack, name));
  const image = {
    reference: props.image?.reference ?? "",
    pullCredentials: { server: "registry.example.com", username, password },
  };
  workload(stack, { ...props, image, secrets: Object.fromEntries(secrets) });
  return app;
}

describe.runIf(realParts().terraform)("a workload that Terraform applies", SLOW, () => {
  let rehearsal: Rehearsal;
  let applied: readonly Operation[];

  beforeAll(async () => {
    rehearsal = await Rehearsal.of(appOf(EVERYTHING));
    applied = await rehearsal.apply();
  }, SLOW.timeout);
  afterAll(() => rehearsal?.close());

  it("is made in order: policies and limits, migration, web and worker", () => {
    const at = (part: RegExp) => applied.flatMap(({ address }, i) => (part.test(address) ? [i] : []));
    const [migration] = at(/^kubernetes_job_v1\./);
    expect(migration).toBeGreaterThan(
      Math.max(...at(/_network_policy_v1\./), ...at(/_(resource_quota|limit_range)_v1\./)),
    );
    expect(migration).toBeLessThan(Math.min(...at(/_deployment_v1\.coverage_(web|worker)_/)));
  });

  it("is left alone by the next plan", async () => {
    expect(await rehearsal.plan()).toEqual([]);
  });

  const changes = async (props: Props) => {
    await rehearsal.change(appOf({ ...EVERYTHING, ...props }));
    const planned = await rehearsal.plan();
    return planned.map(({ action, address }) => `${action} ${address.replace(/_[0-9A-F]{8}$/, "")}`).sort();
  };
  const ROLLED = [
    "update kubernetes_deployment_v1.coverage_web_deployment",
    "update kubernetes_deployment_v1.coverage_worker_deployment",
  ];

  it("migrates anew with another image, and rolls web and worker (Q3)", async () => {
    const image = { reference: "registry.example.com/coverstack:0.2.0" };
    expect(await changes({ image })).toEqual(["replace kubernetes_job_v1.coverage_migrate_job", ...ROLLED]);
  });

  it("writes secrets anew with another revision, rolls web and worker, and migrates nothing", async () => {
    expect(await changes({ secretsRevision: 2 })).toEqual([
      ...ROLLED,
      "update kubernetes_secret_v1.coverage_pull-secret",
      "update kubernetes_secret_v1.coverage_secrets",
    ]);
  });

  it("is not destroyed together with its namespace (K13)", async () => {
    await expect(rehearsal.destroy()).rejects.toThrow(/prevent_destroy/);
  });
});
