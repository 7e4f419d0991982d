import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "cdktf";
import { type Operation, operations, type PlannedChange, plannedChanges } from "./changes.js";
import { Failures } from "./failures.js";
import { localConfiguration, unprotected } from "./local-configuration.js";
import { optionalPackages } from "./optional-packages.js";
import { RehearsalError } from "./rehearsal-error.js";
import { SimulatedClouds } from "./simulated-clouds.js";
import { type Configuration, readStacks, type SynthesisedStack } from "./synthesised-stacks.js";
import { readEvent, Terraform, type TerraformEvent } from "./terraform.js";

export interface RehearsalOptions {
  /** Stacks to rehearse; those that they depend on come along. @default all */
  readonly stacks?: readonly string[] | undefined;
}

export interface DestroyOptions {
  /** Also what `prevent_destroy` or the cloud's deletion protection holds. @default false */
  readonly force?: boolean | undefined;
}

/**
 * Plans, applies and destroys synthesised stacks with the real Terraform, offline, against simulated clouds: providers in
 * this process whose schemas are those of the installed bindings. State lasts until `close`.
 */
export class Rehearsal implements AsyncDisposable {
  readonly #stacks = new Map<string, SynthesisedStack>();
  readonly #folder = mkdtempSync(join(tmpdir(), "coverstack-rehearsal-"));

  private constructor(
    private readonly terraform: Terraform,
    private readonly clouds: SimulatedClouds,
    private readonly failures: Failures,
  ) {}

  /**
   * @param source an app, which is synthesised into its output folder, or a folder that `cdktf synth` has written
   * @throws RehearsalError when Terraform 1.11, a package or a provider's binding is missing
   */
  static async of(source: App | string, options: RehearsalOptions = {}): Promise<Rehearsal> {
    const terraform = await Terraform.find();
    const failures = new Failures();
    const clouds = new SimulatedClouds(await optionalPackages(), failures);
    const rehearsal = new Rehearsal(terraform, clouds, failures);
    try {
      await rehearsal.change(source, options);
    } catch (error) {
      await rehearsal.close();
      throw error;
    }
    return rehearsal;
  }

  /** Puts another synthesis in the place of stacks of the same names; what they have applied stays. */
  async change(source: App | string, options: RehearsalOptions = {}): Promise<void> {
    const stacks = readStacks(source, options.stacks);
    for (const stack of stacks) this.#stacks.set(stack.name, stack);
    for (const { configuration } of stacks) await this.clouds.serve(configuration);
    for (const stack of stacks) {
      cpSync(stack.folder, this.#folderOf(stack.name), { recursive: true });
      this.#write(stack, (configuration) => configuration);
      await this.#run(stack, ["init", "-input=false", "-no-color"]);
    }
  }

  /**
   * Applies all stacks, each after those that it depends on.
   *
   * @returns what was done, in the order in which it was finished
   * @throws RehearsalError with Terraform's own words; what was done until then stays
   */
  async apply(): Promise<readonly Operation[]> {
    const done: Operation[] = [];
    for (const stack of this.#stacks.values()) done.push(...(await this.#operate(stack, "apply", done)));
    return done;
  }

  /** @returns what the next apply would do: nothing, right after one */
  async plan(): Promise<readonly PlannedChange[]> {
    const changes: PlannedChange[] = [];
    for (const stack of this.#stacks.values()) {
      const events = await this.#run(stack, ["plan", "-json", "-input=false", ...this.#speed()]);
      changes.push(...events.flatMap((event) => plannedChanges(stack.name, event)));
    }
    return changes;
  }

  /** Destroys all stacks, each before those that it depends on. */
  async destroy({ force = false }: DestroyOptions = {}): Promise<readonly Operation[]> {
    const done: Operation[] = [];
    for (const stack of [...this.#stacks.values()].reverse()) {
      if (force) this.#write(stack, unprotected);
      this.clouds.ignoreProtection = force;
      try {
        done.push(...(await this.#operate(stack, "destroy", done)));
      } finally {
        this.clouds.ignoreProtection = false;
        if (force) this.#write(stack, (configuration) => configuration);
      }
    }
    return done;
  }

  /**
   * Has the next change of a resource refused: `apply` or `destroy` throws, and does what is left when called again.
   *
   * @param target an address ("aws_vpc.network_vpc_1A2B3C4D"), or a type ("aws_vpc") for whichever comes first
   * @throws RehearsalError when no stack has it
   */
  failOnce(target: string): void {
    const known = [...this.#stacks.values()].flatMap(({ configuration: { resource = {} } }) =>
      Object.entries(resource).flatMap(([type, named]) => [
        type,
        ...Object.keys(named).map((name) => `${type}.${name}`),
      ]),
    );
    // Resources with count or for_each have an index behind the address that the configuration knows.
    if (!known.includes(target.replace(/\[.*\]$/, ""))) {
      throw new RehearsalError(`no stack has ${target}; there are ${known.join(", ") || "no resources"}`);
    }
    this.failures.add(target);
  }

  /** Stops the simulated clouds and forgets all state. */
  async close(): Promise<void> {
    this.clouds.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #folderOf(stack: string): string {
    return join(this.#folder, stack);
  }

  #write(stack: SynthesisedStack, edit: (configuration: Configuration) => Configuration): void {
    const stateOf = (name: string) => join(this.#folder, `${name}.tfstate`);
    const configuration = edit(localConfiguration(stack, [...this.#stacks.values()], stateOf));
    mkdirSync(this.#folderOf(stack.name), { recursive: true });
    writeFileSync(join(this.#folderOf(stack.name), "cdk.tf.json"), JSON.stringify(configuration, null, 2));
  }

  async #operate(
    stack: SynthesisedStack,
    command: "apply" | "destroy",
    before: readonly Operation[],
  ): Promise<readonly Operation[]> {
    const words = [command, "-json", "-auto-approve", "-input=false", ...this.#speed()];
    const events = await this.#run(stack, words, before);
    return events.flatMap((event) => operations(stack.name, event));
  }

  #speed(): readonly string[] {
    return [`-parallelism=${this.failures.needsOneByOne ? 1 : 32}`, "-lock=false"];
  }

  async #run(
    { name }: SynthesisedStack,
    words: readonly string[],
    before: readonly Operation[] = [],
  ): Promise<readonly TerraformEvent[]> {
    const events: TerraformEvent[] = [];
    this.failures.beginRun();
    const environment = {
      ...this.clouds.environment(),
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      // No settings file of whoever runs this, and none that Terraform would miss.
      TF_CLI_CONFIG_FILE: devNull,
    };
    const { status, errors, output } = await this.terraform.run(words, this.#folderOf(name), environment, (line) => {
      const event = readEvent(line);
      if (event === undefined) return;
      this.failures.observe(event);
      events.push(event);
    });
    if (status === 0) return events;
    const diagnostics = events.flatMap(({ diagnostic }) => (diagnostic?.severity === "error" ? [diagnostic] : []));
    const rest = diagnostics.length > 0 ? "" : `\n${errors || output}`;
    throw new RehearsalError(`terraform ${words[0]} of ${name} failed${rest}`, {
      diagnostics,
      operations: [...before, ...events.flatMap((event) => operations(name, event))],
    });
  }
}
