import { TerraformVariable } from "cdktf";
import { describe, expect, it } from "vitest";
import { AwsNetwork } from "../../lib/aws/index.js";
import { Capacity, SecretReference, ServiceImage, Tls } from "../../lib/index.js";
import { bootOf } from "../support/boot.js";
import { SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";
import { OFFICE, singleVm, synthSingleVm } from "../support/single-vm.js";
import { all, only, synth } from "../support/synth.js";
import { terraformObjections } from "../support/terraform.js";

const { terraform, awsPlugin } = realParts();
const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret";

describe("one machine with everything at its defaults", () => {
  const stack = synthSingleVm({ allowFrom: [OFFICE] });

  it("is exactly one server, and no other service of the cloud (I1)", () => {
    expect(all(stack, "aws_instance")).toHaveLength(1);
    const types = Object.keys(stack.resource);
    expect(types.filter((type) => /db_|rds|elasticache|s3_|_lb|autoscaling|ecs|eks/.test(type))).toEqual([]);
  });

  it("starts at an n1-standard-8 for all infrastructure (I5, G7)", () => {
    expect(only(stack, "aws_instance").instance_type).toBe("m7i.2xlarge");
  });

  it("warns that this is for trials, since losing the server loses the data (I3)", () => {
    expect(stack.warnings[0]).toMatch(
      /^for trials only: .*losing it loses them; set 'managedServices' or move to LoadBalanced/,
    );
  });

  it("has outputs for where it is reached and where the upload token lies, not for the token", () => {
    expect(Object.keys(stack.output).sort()).toEqual(["coverage_address", "coverage_secret", "coverage_url"]);
    expect(stack.output.coverage_url.value).toMatch(/^http:\/\/\$\{aws_eip\..*\.public_ip\}$/);
    expect(stack.output.coverage_secret.value).toMatch(/^\$\{aws_secretsmanager_secret_version\..*\.arn\}$/);
  });

  it("lets in what it was told to, on port 80 alone", () => {
    expect(ingress(stack)).toEqual([`${OFFICE}:80`]);
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(terraformObjections(stack.json)).toEqual([]);
  });
});

describe("one machine with everything set", () => {
  const stack = synth((stack) => {
    const network = AwsNetwork.fromSubnets(stack, "network", { vpcId: "vpc-1", publicSubnetIds: ["subnet-1"] });
    const image = ServiceImage.fromRegistry("ghcr.io/acme/coverstack:1.0.0", {
      credentials: SecretReference.of(`${ARN}:registry-aaaaaa`),
    });
    const props = {
      network,
      image,
      hostname: "coverage.example.com",
      tls: Tls.fromSecret(SecretReference.of(`${ARN}:certificate-aaaaaa`)),
      allowFrom: [OFFICE, "2001:db8::/32", OFFICE],
      capacity: Capacity.forReportsPerMinute(25, { worker: { replicas: 4 } }),
      github: {
        clientId: "Iv1.0123456789abcdef",
        clientSecret: SecretReference.of(`${ARN}:github-aaaaaa`, "client_secret"),
      },
      dataDiskGb: 500,
      profile: "production" as const,
    };
    singleVm(stack, props, { tags: { Team: "quality" } });
  });
  const boot = bootOf(stack);

  it("makes no network of its own", () => {
    expect(all(stack, "aws_vpc")).toEqual([]);
    expect(only(stack, "aws_security_group").vpc_id).toBe("vpc-1");
    expect(only(stack, "aws_network_interface").subnet_id).toMatch(/^\$\{data\.aws_subnet\./);
  });

  it("opens HTTPS, and HTTP to redirect, to each range once", () => {
    expect(ingress(stack)).toEqual(["2001:db8::/32:443", "2001:db8::/32:80", `${OFFICE}:443`, `${OFFICE}:80`]);
  });

  it("lets the machine read these secrets and no others", () => {
    const policies = all(stack, "aws_iam_role_policy").map(({ policy }) => JSON.parse(String(policy)).Statement);
    expect(policies).toHaveLength(4);
    for (const [statement, ...more] of policies) {
      expect(more).toEqual([]);
      expect(statement).toMatchObject({ Effect: "Allow", Action: "secretsmanager:GetSecretValue" });
      expect(statement.Resource).toMatch(/^(arn:.*-aaaaaa|\$\{aws_secretsmanager_secret(_version)?\..*\.arn\})$/);
    }
  });

  it("boots only when the machine may read them", () => {
    const { depends_on } = only(stack, "aws_instance");
    const policies = Object.keys(stack.resource.aws_iam_role_policy).map((name) => `aws_iam_role_policy.${name}`);
    expect(depends_on).toEqual(expect.arrayContaining(policies));
  });

  it("fetches certificate, registry login and GitHub's secret at boot (I11)", () => {
    const { files, registries, variables } = JSON.parse(boot.files["secrets.json"]);
    expect(files).toEqual([
      { path: "config/ssl.crt", secret: `${ARN}:certificate-aaaaaa`, key: "certificate" },
      { path: "config/ssl.key", secret: `${ARN}:certificate-aaaaaa`, key: "private_key" },
    ]);
    expect(registries).toEqual([{ server: "ghcr.io", secret: `${ARN}:registry-aaaaaa` }]);
    expect(variables.at(-1)).toEqual({
      variable: "COVERSTACK_GITHUB_CLIENT_SECRET",
      secret: `${ARN}:github-aaaaaa`,
      key: "client_secret",
    });
  });

  it("hands the settings over (G10, G11)", () => {
    expect(boot.settings.setup).toEqual({ codecov_url: "https://coverage.example.com", open_access: true });
    expect(boot.settings.github).toEqual({ client_id: "Iv1.0123456789abcdef" });
    expect(boot.compose.services.worker.deploy.replicas).toBe(4);
  });

  it("sizes and protects the data disk", () => {
    expect(only(stack, "aws_ebs_volume")).toMatchObject({ size: 500, lifecycle: { prevent_destroy: true } });
  });

  it("warns of the trial and of nothing else", () => {
    expect(stack.warnings).toEqual([expect.stringMatching(/^for trials only/)]);
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(terraformObjections(stack.json)).toEqual([]);
  });
});

describe("a certificate of Let's Encrypt", () => {
  const stack = synthSingleVm({
    hostname: "coverage.example.com",
    tls: Tls.acme("ops@example.com"),
    allowFrom: [OFFICE],
  });

  it("opens port 80 to the challenge from anywhere, and 443 to the ranges alone (F8)", () => {
    expect(ingress(stack)).toEqual(["0.0.0.0/0:80", `${OFFICE}:443`]);
    expect(stack.output.coverage_url.value).toBe("https://coverage.example.com");
  });
});

describe("warnings", () => {
  const warnings = (props = {}) => synthSingleVm(props).warnings.slice(1);

  it("say that nobody gets in, and how to open it", () => {
    expect(warnings()).toContain("nobody can reach the service: list the ranges of your people and CI in 'allowFrom'");
  });

  it("say when the whole internet reads without sign-in", () => {
    const open = expect.stringMatching(/^open to the internet without sign-in/);
    expect(warnings({ allowFrom: ["0.0.0.0/0"] })).toContainEqual(open);
    expect(warnings({ allowFrom: ["::/0"] })).toContainEqual(open);
  });

  it("say when tokens travel readable", () => {
    expect(warnings({ allowFrom: [OFFICE] })).toEqual([
      expect.stringMatching(/^plain HTTP: .*Tls\.acme\(EMAIL\).* in a settings file \{ acme: \{ email: EMAIL \} \}/),
    ]);
  });

  it("say when one machine is asked for more than 25 reports per minute (G6)", () => {
    const beyond = expect.stringMatching(/^26 reports per minute are beyond/);
    expect(warnings({ capacity: Capacity.forReportsPerMinute(26) })).toContainEqual(beyond);
    expect(warnings({ capacity: Capacity.forReportsPerMinute(25) })).not.toContainEqual(beyond);
  });
});

describe("one machine refuses what cannot work", () => {
  const refusal = (props: Record<string, unknown>) => {
    try {
      synthSingleVm(props);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };

  it("such as several machines or a load balancer, and names LoadBalanced (C8)", () => {
    expect(refusal({ machineCount: 2 })).toMatch(
      /^\[single-vm-aws\/coverage\] 'machineCount' must be 1, got 2; .*use LoadBalanced$/,
    );
    expect(refusal({ loadBalancer: {} })).toMatch(
      /'loadBalancer' has no place before a single machine; .*use LoadBalanced$/,
    );
    expect(refusal({ machineCount: 1 })).toBe("accepted");
  });

  it.each([
    [{ hostname: "https://coverage.example.com" }, "'hostname' must be a DNS name"],
    [{ hostname: "coverage" }, "'hostname' must be a DNS name"],
    [{ tls: Tls.acme("ops@example.com") }, "'tls' needs a hostname; add 'hostname'"],
    [{ allowFrom: ["203.0.113.7"] }, "'allowFrom' must be an address range"],
    [{ openAccess: false }, "'openAccess: false' needs a sign-in, which this version of the service does not have yet"],
    [{ dataDiskGb: 5 }, "'dataDiskGb' is out of range, got 5; allowed: a whole number of GB, 20 to 16384"],
    [{ capacity: Capacity.forReportsPerMinute(1000) }, "do not fit one n1-standard-8"],
    [
      { github: { clientId: "x", clientSecret: SecretReference.of("name-only") } },
      "a secret on AWS is named by its full ARN",
    ],
  ])("such as %o", (props, message) => {
    expect(refusal(props)).toContain(message);
  });

  it("but lets through what only Terraform knows", () => {
    const stack = synth((stack) => {
      const variable = (name: string) => new TerraformVariable(stack, name, { type: "string" }).stringValue;
      singleVm(stack, { hostname: variable("hostname"), allowFrom: [variable("office"), variable("vpn")] });
    });
    expect(stack.output.coverage_url.value).toBe(`http://\${var.hostname}`);
    expect(ingress(stack)).toEqual([`\${var.office}:80`, `\${var.vpn}:80`]);
    expect(bootOf(stack).settings.setup.codecov_url).toBe(`http://\${var.hostname}`);
  });
});

describe("escape hatches", () => {
  it("lay keys over the compose file and the settings, and keep their siblings", () => {
    const stack = synthSingleVm({
      overrides: {
        compose: { services: { postgres: { image: "postgres:16.9" }, backup: { image: "backup:1" } } },
        settings: { setup: { max_sessions: 300 }, services: { minio: { region: "eu-west-1" } } },
      },
    });
    const { compose, settings } = bootOf(stack);
    expect(compose.services.postgres).toMatchObject({
      image: "postgres:16.9",
      volumes: ["database:/var/lib/postgresql/data"],
    });
    expect(compose.services.backup).toEqual({ image: "backup:1" });
    expect(settings.setup).toMatchObject({ max_sessions: 300, open_access: true });
    expect(settings.services.minio).toMatchObject({ region: "eu-west-1", bucket: "archive" });
  });

  it("lay keys over the underlying resources", () => {
    const instance = { instanceType: "m7a.2xlarge", metadataOptions: { httpPutResponseHopLimit: 2 } };
    const dataVolume = { kmsKeyId: "arn:aws:kms:eu-west-1:1:key/k" };
    const stack = synthSingleVm({}, { overrides: { machine: { instance, dataVolume } } });
    expect(only(stack, "aws_instance")).toMatchObject({
      instance_type: "m7a.2xlarge",
      metadata_options: { http_put_response_hop_limit: 2, http_tokens: "required" },
    });
    expect(only(stack, "aws_ebs_volume")).toMatchObject({
      kms_key_id: "arn:aws:kms:eu-west-1:1:key/k",
      encrypted: true,
    });
  });

  it("hand out the resources themselves, by their own types", () => {
    const stack = synth((stack) => {
      const { machine } = singleVm(stack);
      machine.instance.addOverride("disable_api_termination", true);
      machine.allowTo("198.51.100.7/32", 8443);
    });
    expect(only(stack, "aws_instance").disable_api_termination).toBe(true);
    expect(
      all(stack, "aws_vpc_security_group_egress_rule")
        .map(({ to_port }) => to_port)
        .sort(),
    ).toEqual([443, 80, 8443]);
  });
});

function ingress(stack: Parameters<typeof all>[0]): string[] {
  return all(stack, "aws_vpc_security_group_ingress_rule")
    .map(({ cidr_ipv4, cidr_ipv6, from_port, to_port }) => {
      expect(to_port).toBe(from_port);
      return `${cidr_ipv4 ?? cidr_ipv6}:${from_port}`;
    })
    .sort();
}
