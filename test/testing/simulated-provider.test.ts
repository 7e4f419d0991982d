import * as msgpack from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bindingOf } from "../../lib/testing/bindings.js";
import { Failures } from "../../lib/testing/failures.js";
import { FORCE_NEW, forceNew } from "../../lib/testing/force-new.js";
import { emptyBlock } from "../../lib/testing/plan.js";
import type { Block } from "../../lib/testing/schema.js";
import { Secrets } from "../../lib/testing/secrets.js";
import { SimulatedProvider } from "../../lib/testing/simulated-provider.js";
import { type ObjectValue, UNKNOWN, type Value } from "../../lib/testing/value.js";
import { Wire } from "../../lib/testing/wire.js";

function provider(name: string, secrets = new Secrets()): SimulatedProvider {
  return new SimulatedProvider(name, bindingOf(name), secrets, async () => undefined);
}

async function made(of: SimulatedProvider, type: string, values: ObjectValue): Promise<ObjectValue> {
  const config = { ...emptyBlock(of.resource(type)), ...values };
  const { planned } = of.plan(type, null, config);
  return (await of.apply(type, null, planned, config)).state as ObjectValue;
}

describe("a simulated cloud", () => {
  it("gives each resource an id of its own", async () => {
    const aws = provider("aws");
    const ids = [await made(aws, "aws_vpc", {}), await made(aws, "aws_vpc", {})].map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it("makes ids and ARNs of the names that it makes up", async () => {
    const role = await made(provider("aws"), "aws_iam_role", { name_prefix: "coverage-", assume_role_policy: "{}" });
    expect(role.name).toMatch(/^coverage-/);
    expect(role.id).toBe(role.name);
    expect(role.arn).toBe(`arn:aws:iam::123456789012:role/${String(role.name)}`);
  });

  it("answers the same question alike, and in its configured region", () => {
    const aws = provider("aws");
    aws.configure({ region: "eu-central-1" });
    const ask = () => aws.read("aws_availability_zones", { state: "available" }) as ObjectValue;
    expect(ask()).toEqual(ask());
    expect(ask().names).toEqual(["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
  });

  it("keeps what a refused change was to change", async () => {
    const aws = new SimulatedProvider("aws", bindingOf("aws"), new Secrets(), async () => "no");
    const prior = { id: "vpc-1" };
    expect(await aws.apply("aws_vpc", prior, null, null)).toEqual({ state: prior, error: "no" });
  });

  it.each([
    ["aws", "aws_secretsmanager_secret_version", { secret_id: "arn" }, "secret_string_wo", "secret_string"],
    [
      "google",
      "google_secret_manager_secret_version",
      { secret: "projects/p/secrets/s" },
      "secret_data_wo",
      "secret_data",
    ],
    ["azurerm", "azurerm_key_vault_secret", { name: "s", key_vault_id: "/v" }, "value_wo", "value"],
  ])("of %s reads back a secret that was handed past its state", async (name, type, id, written, read) => {
    const secrets = new Secrets();
    secrets.expectField("token");
    const cloud = provider(name, secrets);
    const nobodys = JSON.parse((cloud.open(type, id) as Record<string, string>)[read]) as object;
    expect(Object.keys(nobodys)).toEqual(["username", "password", "token"]);
    const state = await made(cloud, type, { ...id, [written]: "s3cret" });
    expect(state[written]).toBeNull();
    expect(cloud.open(type, id)).toMatchObject({ [read]: "s3cret" });
  });
});

describe("what replaces a resource", () => {
  it.each(Object.entries(FORCE_NEW))("is named as the bindings name it: %s", (type, paths) => {
    const schema = bindingOf(type.split("_")[0]).resource(type);
    expect(paths.split(" ").filter((path) => !isThere(schema, path.split(".")))).toEqual([]);
  });

  it("is the name and the place on most clouds, and nothing for an unknown type", () => {
    expect(forceNew("azurerm_dns_zone")).toEqual(["name", "resource_group_name", "location"]);
    expect(forceNew("kubernetes_namespace_v1")).toContain("metadata.name");
    expect(forceNew("google_compute_url_map")).toContain("name");
    expect(forceNew("aws_sqs_queue")).toEqual([]);
  });

  it("is the user data of an instance only where the configuration says so", () => {
    expect(forceNew("aws_instance", { user_data_replace_on_change: true })).toContain("user_data");
    expect(forceNew("aws_instance", { user_data_replace_on_change: false })).not.toContain("user_data");
  });
});

function isThere({ attributes, blocks }: Block, [step, ...rest]: readonly string[]): boolean {
  if (rest.length === 0) return step in attributes || step in blocks;
  return step in blocks && isThere(blocks[step].block, rest);
}

describe("a refusal", () => {
  const begun = (addr: string, action = "create", resource_type = "aws_vpc") => ({
    type: "apply_start",
    hook: { action, resource: { addr, resource_type } },
  });

  it("of a type comes once", async () => {
    const failures = new Failures();
    failures.add("aws_vpc");
    expect(failures.needsOneByOne).toBe(false);
    expect(await failures.refuse("aws_subnet")).toBeUndefined();
    expect(await failures.refuse("aws_vpc")).toContain('failOnce("aws_vpc")');
    expect(await failures.refuse("aws_vpc")).toBeUndefined();
  });

  it("of an address waits until Terraform has said which resource it is at", async () => {
    const failures = new Failures();
    failures.add("aws_vpc.second");
    expect(failures.needsOneByOne).toBe(true);
    failures.beginRun();
    failures.observe(begun("data.aws_region.here", "read"));
    failures.observe(begun("terraform_data.note", "create", "terraform_data"));
    const first = failures.refuse("aws_vpc");
    failures.observe(begun("aws_vpc.first"));
    expect(await first).toBeUndefined();
    failures.observe(begun("aws_vpc.second"));
    expect(await failures.refuse("aws_vpc")).toContain('failOnce("aws_vpc.second")');
    expect(failures.needsOneByOne).toBe(false);
  });
});

describe("a value on its way", () => {
  const wire = new Wire(msgpack);

  it("arrives as it was sent", () => {
    const value = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        fc.constantFrom(null, UNKNOWN, true, false),
        fc.string(),
        fc.integer(),
        // Terraform's numbers have one zero.
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(
          fc.string().filter((name) => name !== "__proto__"),
          tie("value"),
          { maxKeys: 3 },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(value, (sent) => {
        expect(wire.decode(wire.encode(sent))).toEqual(sent);
      }),
    );
  });

  it("is unknown also when something is known of it", () => {
    const refined = msgpack.encode({ id: new msgpack.ExtData(12, new Uint8Array([0x80])) });
    expect(wire.decode({ msgpack: refined })).toEqual({ id: UNKNOWN });
  });

  it("may come as JSON out of a state file, or not at all", () => {
    expect(wire.decode({ json: Buffer.from('{"id":"a"}') })).toEqual({ id: "a" });
    expect(wire.decode({ msgpack: new Uint8Array(), json: new Uint8Array() })).toBeNull();
  });
});
