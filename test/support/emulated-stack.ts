import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsEmulator, type Question } from "./aws-emulator.js";
import { built } from "./built.js";
import { type Outcome, run } from "./programs.js";
import { realParts } from "./real-parts.js";

type Named = Readonly<Record<string, string>>;
/** One field of a secret that holds JSON. */
interface SecretField {
  readonly secret: string;
  readonly field: string;
  readonly value: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * An example's stack beside an emulator of its own. What `synth` wrote stays as it is: Terraform merges it with an
 * override file, in which stands all that differs.
 */
export class EmulatedStack {
  private constructor(
    readonly name: string,
    readonly aws: AwsEmulator,
    private readonly settings: string,
    private readonly folder: string,
  ) {}

  /** @param example names the settings file in `stacks/settings`, if that is not named like the stack */
  static async of(name: string, example = name): Promise<EmulatedStack> {
    const settings = `stacks/settings/${example}.yaml`;
    const main = join(built(), "stacks/main.js");
    const folder = mkdtempSync(join(tmpdir(), "coverstack-emulator-"));
    const stack = new EmulatedStack(name, await AwsEmulator.start(folder), settings, folder);
    const words = [settings, "--quiet", "--out", join(folder, "out")];
    const { status, output } = run(process.execPath, [main, ...words]);
    if (status === 0) {
      stack.override();
      return stack;
    }
    await stack.close();
    throw new Error(output);
  }

  /** The folder that Terraform works in. */
  get place(): string {
    return join(this.folder, "out/stacks", this.name);
  }

  async apply(): Promise<Outcome> {
    const { status, output } = await this.#terraform("init", "-input=false");
    return status === 0
      ? this.#terraform("apply", "-auto-approve", "-input=false", "-parallelism=30")
      : { status, output };
  }

  /** Synthesises and applies by `cdktf deploy`; its app also puts the override file beside what it has written. */
  async deploy(): Promise<Outcome> {
    const main = [process.execPath, join(built(), "stacks/main.js"), this.settings, "--quiet"];
    const override = [join(this.folder, "override.tf.json"), join(this.place, "override.tf.json")];
    cpSync(override[1], override[0]);
    const app = `${main.join(" ")} && cp ${override.join(" ")}`;
    const words = ["deploy", this.name, "--app", app, "--output", join(this.folder, "out")];
    return this.aws.run(
      join(process.cwd(), "node_modules/.bin/cdktf"),
      [...words, "--auto-approve", "--skip-provider-lock", "--terraform-parallelism", "30", "--no-color"],
      process.cwd(),
      { CI: "1", CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" },
    );
  }

  /** Its status is 2 when there is something to change. */
  plan(): Promise<Outcome> {
    return this.#terraform("plan", "-detailed-exitcode", "-input=false", "-parallelism=30");
  }

  /** Destroys also what `prevent_destroy` and AWS's own protection hold. */
  async destroy(): Promise<Outcome> {
    await this.#unprotect();
    const { resource } = this.configuration();
    const held = Object.entries(resource).map(([type, named]) => [
      type,
      Object.fromEntries(Object.keys(named).map((name) => [name, { lifecycle: { prevent_destroy: false } }])),
    ]);
    this.override({ resource: Object.fromEntries(held) });
    return this.#terraform("destroy", "-auto-approve", "-input=false", "-parallelism=30");
  }

  configuration(): { readonly resource: Readonly<Record<string, Json>> } {
    return JSON.parse(readFileSync(join(this.place, "cdk.tf.json"), "utf8"));
  }

  /** Terraform's state, word for word. */
  state(): string {
    return readFileSync(join(this.folder, "terraform.tfstate"), "utf8");
  }

  outputs(): Readonly<Record<string, string>> {
    const { outputs } = JSON.parse(this.state()) as { outputs: Record<string, { value: string }> };
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** What the secrets of Secrets Manager hold, by their names without what the provider appends. */
  async secrets(): Promise<readonly SecretField[]> {
    const [{ SecretList }] = (await this.aws.ask(["secretsmanager", "list_secrets"])) as [{ SecretList: Named[] }];
    const ask = ({ ARN }: Named): Question => ["secretsmanager", "get_secret_value", { SecretId: ARN }];
    const answers = (await this.aws.ask(...SecretList.map(ask))) as { Name: string; SecretString: string }[];
    const fields = answers.flatMap(({ Name, SecretString }) =>
      Object.entries(JSON.parse(SecretString) as Named).map(([field, value]) => ({
        secret: Name.replace(/-\d{20}\w*$/, ""),
        field,
        value,
      })),
    );
    return fields.sort((a, b) => `${a.secret} ${a.field}`.localeCompare(`${b.secret} ${b.field}`));
  }

  async close(): Promise<void> {
    await this.aws[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** State in a file here, buckets by path since their names resolve nowhere, and what is named besides. */
  override(more: Json = {}): void {
    mkdirSync(this.place, { recursive: true });
    const override = {
      terraform: { backend: { local: { path: join(this.folder, "terraform.tfstate") } } },
      provider: { aws: { s3_use_path_style: true } },
      ...more,
    };
    writeFileSync(join(this.place, "override.tf.json"), JSON.stringify(override));
  }

  /** Asked for past Terraform: it would wait another minute for the database. */
  async #unprotect(): Promise<void> {
    const [{ DBInstances }, { LoadBalancers }] = (await this.aws.ask(
      ["rds", "describe_db_instances"],
      ["elbv2", "describe_load_balancers"],
    )) as [{ DBInstances: Named[] }, { LoadBalancers: Named[] }];
    const Attributes = [{ Key: "deletion_protection.enabled", Value: "false" }];
    await this.aws.ask(
      ...DBInstances.map(
        ({ DBInstanceIdentifier }): Question => [
          "rds",
          "modify_db_instance",
          { DBInstanceIdentifier, DeletionProtection: false },
        ],
      ),
      ...LoadBalancers.map(
        ({ LoadBalancerArn }): Question => [
          "elbv2",
          "modify_load_balancer_attributes",
          { LoadBalancerArn, Attributes },
        ],
      ),
    );
  }

  #terraform(...words: readonly string[]): Promise<Outcome> {
    return this.aws.run(realParts().terraform!, [...words, "-no-color"], this.place);
  }
}
