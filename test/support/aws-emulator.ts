import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, join } from "node:path";
import { Failures } from "../../lib/testing/failures.js";
import { optionalPackages } from "../../lib/testing/optional-packages.js";
import { SimulatedClouds } from "../../lib/testing/simulated-clouds.js";
import { freePort } from "../../service/test/support/free-port.js";
import { type Outcome, program } from "./programs.js";
import { realParts } from "./real-parts.js";

const REGION = "eu-west-1";
/** The hosted zone that the examples name, and its domain. */
const ZONE = "Z0123456789ABCDEFGHIJ=example.com";
const PYTHON = join(process.cwd(), "test/support/aws_emulator");

/** What is needed to have the real AWS provider apply a stack here. */
export function canEmulateAws(): boolean {
  const { terraform, awsPlugin, moto } = realParts();
  return Boolean(terraform && awsPlugin && moto);
}

/** A call of AWS's API, as boto3 names it. */
export type Question = readonly [service: string, operation: string, parameters?: Readonly<Record<string, unknown>>];

/** AWS on loopback, with the programs that have Terraform, CDKTF and the real AWS provider use it. */
export class AwsEmulator implements AsyncDisposable {
  private constructor(
    private readonly folder: string,
    private readonly url: string,
    private readonly server: ReturnType<typeof spawn>,
    private readonly providers: SimulatedClouds,
  ) {}

  /** @param folder for files of its own */
  static async start(folder: string): Promise<AwsEmulator> {
    const port = await freePort();
    const server = spawn(realParts().moto!, ["-B", PYTHON, `${port}`, ZONE], { stdio: "ignore" });
    const url = `http://127.0.0.1:${port}`;
    // The plugin of random values is not looked for: what it does here is make up one password.
    const providers = new SimulatedClouds(await optionalPackages(), new Failures());
    await providers.serve({
      terraform: { required_providers: { random: { source: "hashicorp/random" } } },
      resource: { random_password: { any: {} } },
    });
    const emulator = new AwsEmulator(folder, url, server, providers);
    try {
      await emulator.#ready();
    } catch (error) {
      await emulator[Symbol.asyncDispose]();
      throw error;
    }
    const { awsPlugin } = realParts();
    writeFileSync(
      join(folder, "terraform.rc"),
      `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(awsPlugin)} }\n}\n`,
    );
    mkdirSync(join(folder, "bin"));
    // Stand in for building and pushing the image, and for the login to its registry.
    program(join(folder, "bin"), "docker", `#!/bin/sh\necho "$*" >>'${join(folder, "docker-calls")}'\n`);
    program(join(folder, "bin"), "aws", "#!/bin/sh\necho password\n");
    return emulator;
  }

  /** What the stand-in for Docker was called with. */
  dockerCalls(): readonly string[] {
    return readFileSync(join(this.folder, "docker-calls"), "utf8").trim().split("\n");
  }

  /** Runs a program to its end whose AWS is the emulator. */
  async run(command: string, words: readonly string[], cwd: string, environment = {}): Promise<Outcome> {
    const env = {
      ...withoutOwnSettings(process.env),
      PATH: [join(this.folder, "bin"), process.env.PATH].join(delimiter),
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: "emulated",
      AWS_SECRET_ACCESS_KEY: "emulated",
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      NO_PROXY: "127.0.0.1",
      TF_CLI_CONFIG_FILE: join(this.folder, "terraform.rc"),
      CHECKPOINT_DISABLE: "1",
      ...this.providers.environment(),
      ...environment,
    };
    const child = spawn(command, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const [status] = (await once(child, "close")) as [number | null];
    return { status, output };
  }

  /** Asks the emulator's API itself, past Terraform. */
  async ask(...questions: readonly Question[]): Promise<readonly unknown[]> {
    const { output, status } = await this.run(
      realParts().moto!,
      [join(PYTHON, "ask.py"), JSON.stringify(questions)],
      this.folder,
    );
    if (status !== 0) throw new Error(output);
    return JSON.parse(output) as unknown[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.providers.stop();
    if (this.server.exitCode !== null) return;
    const exit = once(this.server, "exit");
    this.server.kill();
    await exit;
  }

  async #ready(): Promise<void> {
    for (let waited = 0; waited < 300; waited += 1) {
      const answers = await fetch(this.url).then(
        () => true,
        () => false,
      );
      if (answers) return;
      if (this.server.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error("the AWS emulator does not answer");
  }
}

/** Whoever runs this may have an account of AWS and settings of Terraform: neither is used. */
function withoutOwnSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS|TF|CDKTF)_/.test(name)));
}
