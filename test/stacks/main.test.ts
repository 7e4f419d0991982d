import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { built } from "../support/built.js";
import { inFolder, run, SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";
import { terraformObjections } from "../support/terraform.js";

const { terraform, awsPlugin } = realParts();
const main = (words: readonly string[], env = {}) =>
  run(process.execPath, [join(built(), "stacks/main.js"), ...words], { env: { ...process.env, ...env } });
const minimal = "strategy: single-vm\ncloud: aws\nregion: eu-west-1\nimage: registry.example.com/coverstack:0.1.0\n";

/** Synthesises a settings file of its own; the parsed stack if that went well. */
const synth = (yaml: string) =>
  inFolder((folder) => {
    const settings = join(folder, "trial.yaml");
    writeFileSync(settings, yaml);
    const { status, output } = main([settings, "--out", join(folder, "out")]);
    const file = join(folder, "out/stacks/trial/cdk.tf.json");
    const json = status === 0 ? readFileSync(file, "utf8") : "{}";
    return { status, output: output.replaceAll(folder, "FOLDER"), json, stack: JSON.parse(json) };
  });

describe("synthesising the examples", SLOW, () => {
  it("writes a stack for each, and says what they are and what deserves thought", () =>
    inFolder((folder) => {
      const { status, output } = main(["--out", folder]);
      expect(status, output).toBe(0);
      const [head, ...rows] = output.split("\n\n")[0].split("\n");
      expect(head).toMatch(/^stack +strategy +cloud +resources +machines$/);
      expect(rows).toHaveLength(12);
      expect(rows).toContainEqual(
        expect.stringMatching(/^single-vm-aws +single-vm +aws +22 +n1-standard-8 \(m7i\.2xlarge\)$/),
      );
      expect(output).toContain("single-vm-aws:\n  ! for trials only");
      expect(existsSync(join(folder, "stacks/single-vm-aws/cdk.tf.json"))).toBe(true);
    }));

  it("prints the same as JSON for programs", () =>
    inFolder((folder) => {
      const { status, output } = main(["--out", folder, "--json"]);
      expect(status, output).toBe(0);
      const summaries = JSON.parse(output) as { name: string }[];
      expect(summaries.filter(({ name }) => name === "single-vm-aws")).toEqual([
        {
          name: "single-vm-aws",
          strategy: "single-vm",
          cloud: "aws",
          settings: "stacks/settings/single-vm-aws.yaml",
          file: expect.stringMatching(/stacks\/single-vm-aws\/cdk\.tf\.json$/),
          resources: 22,
          machines: [{ size: "n1-standard-8", type: "m7i.2xlarge" }],
          warnings: [expect.stringMatching(/^for trials only/), expect.stringMatching(/^plain HTTP/)],
        },
      ]);
    }));

  it("writes the same bytes again", () =>
    inFolder((folder) => {
      const [first, second] = ["a", "b"].map((name) => {
        main(["--out", join(folder, name), "stacks/settings/single-vm-aws.yaml"]);
        return readFileSync(join(folder, name, "stacks/single-vm-aws/cdk.tf.json"), "utf8");
      });
      expect(second).toBe(first);
    }));
});

describe("synthesising a settings file of one's own", SLOW, () => {
  it("names the stack after the file, and keeps state in a local file by default", async () => {
    const { stack } = await synth(minimal);
    expect(stack.terraform.backend).toHaveProperty("local");
    expect(Object.keys(stack.resource)).toContain("aws_instance");
  });

  it("is found through COVERSTACK_SETTINGS", () =>
    inFolder((folder) => {
      writeFileSync(join(folder, "mine.yaml"), minimal);
      const { status, output } = main(["--out", folder, "--json"], { COVERSTACK_SETTINGS: join(folder, "mine.yaml") });
      expect(status, output).toBe(0);
      expect(JSON.parse(output)).toMatchObject([{ name: "mine" }]);
    }));

  it("keeps state in an encrypted and locked bucket when it says so", async () => {
    const { stack, output } = await synth(`${minimal}state: { bucket: states }\n`);
    expect(stack.terraform?.backend, output).toEqual({
      s3: { bucket: "states", key: "trial.tfstate", region: "eu-west-1", encrypt: true, use_lockfile: true },
    });
  });

  it.runIf(terraform && awsPlugin)("takes every key, and the result is valid to the real Terraform", async () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret";
    const { status, output, json, stack } = await synth(`${minimal}
imageCredentials: ${arn}:registry-aaaaaa
hostname: coverage.example.com
tls: { secret: "${arn}:certificate-aaaaaa" }
allowFrom: [203.0.113.0/24]
openAccess: true
reportsPerMinute: 30
web: { replicas: 1, machine: n1-standard-4 }
worker: { replicas: 8, machine: { name: m7i.4xlarge, vcpus: 16, memoryGb: 64 } }
github: { clientId: Iv1, clientSecret: { id: "${arn}:github-aaaaaa", key: secret } }
dataDiskGb: 200
profile: production
redisGb: 2
tags: { Team: quality }
network: { vpcId: vpc-1, publicSubnetIds: [subnet-1] }
`);
    expect(status, output).toBe(0);
    expect(terraformObjections(json)).toEqual([]);
    expect(output).toContain("m7i.4xlarge");
    expect(stack.resource).not.toHaveProperty("aws_vpc");
  });

  it("goes on with the stack, and the state, of another strategy", () =>
    inFolder((folder) => {
      const settings = join(folder, "coverage.yaml");
      const kubernetes = minimal.replace("single-vm", "kubernetes");
      const common = `${kubernetes}hostname: a.example.com\ndnsZone: Z1\nstate: { bucket: states, key: quality.tfstate }\n`;
      const keys = (more: string) => {
        writeFileSync(settings, `${common}${more}`);
        const { status, output } = main([settings, "--out", join(folder, "out"), "--json"]);
        expect(status, output).toBe(0);
        return (JSON.parse(output) as { name: string }[]).map(({ name }) => {
          const file = join(folder, "out/stacks", name, "cdk.tf.json");
          return [name, JSON.parse(readFileSync(file, "utf8")).terraform.backend.s3.key];
        });
      };
      expect(keys("")).toEqual([
        ["coverage-platform", "quality-platform.tfstate"],
        ["coverage-workload", "quality-workload.tfstate"],
      ]);
      expect(keys("platformStack: coverage\n")).toEqual([
        ["coverage", "quality.tfstate"],
        ["coverage-workload", "quality-workload.tfstate"],
      ]);
    }));

  it("takes every key of the larger strategies, and servers and clusters that are there already", async () => {
    const service = `
image: { bundled: { builder: podman, platform: linux/amd64 } }
hostname: coverage.example.com
allowFrom: [203.0.113.0/24]
uploads: { perHour: 3000, averageReportMb: 2, growthPerYear: 0.3, years: 2 }
worker: { replicas: 12, max: 40 }
databaseVersion: "16"
redis: { url: { id: projects/quality-247012/secrets/redis }, cidr: 10.9.0.0/24 }
`;
    const gcp = "cloud: gcp\nproject: quality-247012\nregion: europe-west1\n";
    const balanced = await synth(`strategy: load-balanced\n${gcp}${service}
certificate: coverage
roles: apart
zones: 3
machines: { worker: { min: 3, max: 9 } }
targetCpuPercent: 70
peakHours: { timeZone: Europe/Berlin, days: [MON, FRI], from: 8, to: 18, min: 3 }
objectStore: { s3: { host: s3.example.com, bucket: archive, credentials: projects/quality-247012/secrets/keys } }
labels: { team: quality }
enableApis: false
state: { bucket: states }
`);
    expect(balanced.status, balanced.output).toBe(0);
    expect(balanced.stack.terraform.backend).toEqual({ gcs: { bucket: "states", prefix: "trial" } });
    const azure = await inFolder((folder) => {
      const settings = join(folder, "trial.yaml");
      writeFileSync(
        settings,
        `strategy: kubernetes\ncloud: azure\nlocation: westeurope\n${service.replace(/redis:.*/, "")}
network:
  subnets:
    database: /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/database
    endpoints: /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/endpoints
  zones: 2
cluster: { name: house, resourceGroup: house, nodeCidr: 10.1.0.0/20 }
ingress: { controller: { className: nginx, tlsSecret: coverage-tls, controllerNamespace: ingress-nginx } }
namespace: quality
openAccess: true
secretsRevision: 3
peakHours: { web: { timeZone: UTC, from: 8, to: 18, min: 4 } }
`,
      );
      const { status, output } = main([settings, "--out", join(folder, "out"), "--json"]);
      return { status, output };
    });
    expect(azure.status, azure.output).toBe(0);
    expect(JSON.parse(azure.output).map(({ name }: { name: string }) => name)).toEqual([
      "trial-platform",
      "trial-workload",
    ]);
  });

  it.each([
    [`${minimal}hostnme: a.example.com\n`, "FOLDER/trial.yaml:5:1: unknown key 'hostnme'; did you mean 'hostname'?\n"],
    [
      `${minimal}hostname: coverage\n`,
      `FOLDER/trial.yaml: [trial/coverage] 'hostname' must be a DNS name, got "coverage"; allowed: a DNS name such as coverage.example.com, without scheme, port or path\n`,
    ],
    [`${minimal}tls: {}\n`, "FOLDER/trial.yaml:5:6: 'tls' must say one of acme, secret\n"],
    [`${minimal}machineCount: 2\n`, "unknown key 'machineCount'"],
    [
      `${minimal}dnsZone: Z1\n`,
      "FOLDER/trial.yaml:5:1: 'dnsZone' belongs to load-balanced and kubernetes; take it out",
    ],
    [`${minimal}project: a\ncluster: {}\n`, "trial.yaml:6:1: 'cluster' belongs to kubernetes; take it out\n"],
    [
      `${minimal}uploads: { perHour: 1, averageReportMb: 1 }\nreportsPerMinute: 5\n`,
      "trial.yaml:6:1: 'reportsPerMinute' and 'uploads' both say the load",
    ],
    [
      `${minimal}worker: { machine: m7i.large }\n`,
      'must be one of n1-standard-4, n1-standard-8, or the cloud\'s own type as { name, vcpus, memoryGb }, got "m7i.large"',
    ],
    [`${minimal}state: { bucket: my states }\n`, "trial.yaml:5:18: 'state.bucket' must be a bucket's name: lower-case"],
  ])("fails for %j without a stack trace", async (yaml, message) => {
    const { status, output } = await synth(yaml);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toMatch(/^\s+at /m);
  });

  it("fails for a file, or a first stack, whose name can be no stack's", () =>
    inFolder((folder) => {
      const path = join(folder, "My Coverage.yaml");
      writeFileSync(path, minimal);
      expect(main([path])).toEqual({
        status: 1,
        output: `${path}: the file's name is no name for a stack, got "My Coverage"; allowed: letters, digits, '-' and '_', beginning with a letter, at most 63\n`,
      });
      const kubernetes = minimal.replace("single-vm", "kubernetes");
      writeFileSync(join(folder, "a.yaml"), `${kubernetes}hostname: a.example.com\nplatformStack: a b\n`);
      expect(main([join(folder, "a.yaml")]).output).toContain(
        `a.yaml: 'platformStack' is no name for a stack, got "a b"`,
      );
    }));

  it("fails for a file that is not there, and for an option that does not exist", () => {
    expect(main(["nowhere.yaml"])).toEqual({
      status: 1,
      output: "nowhere.yaml: cannot be read; name a settings file, or copy one from stacks/settings\n",
    });
    expect(main(["--jsno"])).toMatchObject({ status: 1, output: expect.stringContaining("Unknown option '--jsno'") });
  });

  it("explains itself", () => {
    const { status, output } = main(["--help"]);
    expect(status).toBe(0);
    for (const word of ["COVERSTACK_SETTINGS", "--out", "--json"]) expect(output).toContain(word);
  });
});
