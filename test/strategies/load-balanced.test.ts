import { describe, expect, it } from "vitest";
import { Capacity, PeakHours, Postgres, RedisServer, S3Store, SecretReference } from "../../lib/index.js";
import { bootOfServer } from "../support/boot.js";
import { CLOUD_NAMES } from "../support/clouds.js";
import { refusal, synthLoadBalanced } from "../support/strategies.js";
import { all, only, type Synthesised } from "../support/synth.js";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret";

/** What each cloud calls the parts. */
const TYPES = {
  aws: {
    balancer: "aws_lb",
    group: "aws_autoscaling_group",
    database: "aws_db_instance",
    redis: "aws_elasticache_replication_group",
    bucket: "aws_s3_bucket",
  },
  gcp: {
    balancer: "google_compute_backend_service",
    group: "google_compute_region_instance_group_manager",
    database: "google_sql_database_instance",
    redis: "google_redis_instance",
    bucket: "google_storage_bucket",
  },
  azure: {
    balancer: "azurerm_application_gateway",
    group: "azurerm_linux_virtual_machine_scale_set",
    database: "azurerm_postgresql_flexible_server",
    redis: "azurerm_managed_redis",
    bucket: "azurerm_storage_container",
  },
} as const;

describe.each(CLOUD_NAMES)("equal machines behind a load balancer on %s", (cloud) => {
  const stack = synthLoadBalanced(cloud);
  const types = TYPES[cloud];

  it("has a balancer, a group, and database, queue and bucket as services of the cloud (II2, II4, II6)", () => {
    for (const type of Object.values(types)) expect(all(stack, type), type).toHaveLength(1);
  });

  it("tells the service its public name (II7)", () => {
    expect(stack.output.coverage_url.value).toBe("https://coverage.example.com");
    expect(bootOfServer(stack).settings.setup.codecov_url).toBe("https://coverage.example.com");
  });

  it("runs web, worker and statsd on each machine, and no proxy, database or store (II10, II13)", () => {
    const { compose } = bootOfServer(stack);
    expect(Object.keys(compose.services).sort()).toEqual(["migrate", "statsd", "web", "worker"]);
    expect(compose.services.web.ports).toEqual(["80:5000"]);
    expect(compose.services.web.environment.WEB_CONCURRENCY).toBe("2");
    expect(compose.services.worker.deploy.replicas).toBe(6);
    expect(compose.services.worker.restart).toBe("unless-stopped");
  });

  it("migrates the database before the new version serves", () => {
    const { web, worker } = bootOfServer(stack).compose.services;
    for (const { depends_on } of [web, worker]) {
      expect(depends_on?.migrate).toEqual({ condition: "service_completed_successfully" });
    }
  });

  it("reaches the bucket as itself, without keys (5)", () => {
    const { settings, text } = bootOfServer(stack);
    expect(settings.services.chosen_storage).toBe(cloud);
    expect(text).not.toContain("access_key");
  });

  it("has the passwords neither in the synthesised file nor on the machines' disks before boot (4)", () => {
    const { files } = bootOfServer(stack);
    const { variables } = JSON.parse(files["secrets.json"]);
    expect(variables.map(({ variable }: { variable: string }) => variable)).toEqual([
      "COVERSTACK_COOKIE_SECRET",
      "COVERSTACK_UPLOAD_TOKEN",
      "COVERSTACK_DATABASE_PASSWORD",
      "COVERSTACK_REDIS_PASSWORD",
    ]);
    expect(bootOfServer(stack).settings.services).not.toHaveProperty("database_url");
  });

  it("lets nothing on the machines be reached but port 80, by the balancer (1)", () => {
    expect(stack.json).not.toContain('"0.0.0.0/0:22"');
    expect(openings(stack, cloud)).toEqual([80]);
  });

  it("refuses to destroy what holds data (40)", () => {
    for (const type of [types.redis, types.bucket] as const) {
      expect(only(stack, type).lifecycle, type).toMatchObject({ prevent_destroy: true });
    }
  });
});

describe.each(CLOUD_NAMES)("web and worker apart on %s", (cloud) => {
  const stack = synthLoadBalanced(cloud, { roles: "apart" });

  it("has a group of each, of its own size (II15, G7)", () => {
    expect(all(stack, TYPES[cloud].group)).toHaveLength(2);
  });

  it("lets nothing at all in to the workers (II15)", () => {
    expect(openings(stack, cloud)).toEqual([80]);
  });
});

describe("the profile trial", () => {
  const stack = synthLoadBalanced("aws", { profile: "trial" });

  it("can be taken down, and does not scale (E1)", () => {
    expect(only(stack, "aws_autoscaling_group")).toMatchObject({ min_size: 1, max_size: 1 });
    expect(only(stack, "aws_db_instance")).toMatchObject({ deletion_protection: false, skip_final_snapshot: true });
    expect(only(stack, "aws_lb").lifecycle).toEqual({ prevent_destroy: false });
    expect(stack.warnings).toContainEqual(expect.stringMatching(/^the trial profile/));
  });

  it("has what is hard to change later as in production (E3)", () => {
    expect(only(stack, "aws_db_instance")).toMatchObject({ multi_az: true, storage_encrypted: true });
    expect(only(stack, "aws_elasticache_replication_group")).toMatchObject({
      at_rest_encryption_enabled: "true",
      transit_encryption_enabled: true,
      automatic_failover_enabled: true,
    });
  });
});

describe("sizes", () => {
  it("follow the capacity, and autoscale from one to spare to what it allows (II16, F18)", () => {
    const stack = synthLoadBalanced("aws", { capacity: Capacity.codacy });
    const { min_size, max_size } = only(stack, "aws_autoscaling_group") as { min_size: number; max_size: number };
    expect(min_size).toBeGreaterThanOrEqual(2);
    expect(max_size).toBeGreaterThan(min_size);
  });

  it("can be set by hand for each group (G8)", () => {
    const stack = synthLoadBalanced("aws", { roles: "apart", machines: { worker: { min: 4, max: 9 } } });
    const sizes = all(stack, "aws_autoscaling_group").map(({ min_size, max_size }) => [min_size, max_size]);
    expect(sizes).toContainEqual([4, 9]);
  });

  it("rise in peak hours (F19)", () => {
    const peakHours = new PeakHours({ timeZone: "Europe/Berlin", from: 8, to: 18, min: 5 });
    const stack = synthLoadBalanced("aws", { peakHours, machines: { machines: { max: 8 } } });
    expect(all(stack, "aws_autoscaling_schedule").map(({ min_size }) => min_size)).toContain(5);
  });
});

describe("servers that were brought along", () => {
  const stack = synthLoadBalanced("aws", {
    database: Postgres.fromUrl(SecretReference.of(`${ARN}:database-aaaaaa`), { reach: { cidr: "10.9.0.0/24" } }),
    redis: RedisServer.fromUrl(SecretReference.of(`${ARN}:redis-aaaaaa`, "url"), {
      reach: { cidr: "10.9.1.0/24", port: 6380 },
    }),
    objectStore: S3Store.minio({
      hosts: ["10.9.2.4"],
      bucket: "archive",
      cidr: "10.9.2.0/24",
      credentials: SecretReference.of(`${ARN}:minio-aaaaaa`),
    }),
  });

  it("are not made again (F4, 39)", () => {
    const { database, redis, bucket } = TYPES.aws;
    for (const type of [database, redis, bucket]) expect(all(stack, type), type).toEqual([]);
  });

  it("are reached on their own ports, and their secrets read", () => {
    const out = all(stack, "aws_vpc_security_group_egress_rule").map(({ cidr_ipv4, to_port }) => [cidr_ipv4, to_port]);
    for (const way of [
      ["10.9.0.0/24", 5432],
      ["10.9.1.0/24", 6380],
      ["10.9.2.0/24", 9000],
    ]) {
      expect(out).toContainEqual(way);
    }
    const { variables } = JSON.parse(bootOfServer(stack).files["secrets.json"]);
    expect(variables).toContainEqual({ variable: "COVERSTACK_DATABASE_URL", secret: `${ARN}:database-aaaaaa` });
  });
});

describe("a load-balanced service refuses what cannot work", () => {
  it.each([
    [{ hostname: undefined }, "HTTPS needs a hostname; add 'hostname', and 'dnsZone' or 'certificate'"],
    [{ hostname: "https://x.example.com" }, "'hostname' must be a DNS name"],
    [{ plainHttp: true, certificate: "arn" }, "'certificate' and 'plainHttp' exclude each other"],
    [{ plainHttp: true }, "'dnsZone' and 'plainHttp' exclude each other; leave one of them out"],
    [{ zones: 1 }, "'zones' is out of range, got 1; allowed: 2 or 3"],
    [
      { targetCpuPercent: 100 },
      "'targetCpuPercent' is out of range, got 100; allowed: a whole number of percent, 10 to 95",
    ],
    [{ machines: { web: { min: 2 } } }, `'machines' names a group that is not there, got "web"; allowed: machines`],
    [{ machines: { machines: { min: 0 } } }, "'machines.machines' must say how few and how many"],
    [{ machines: { machines: { min: 3, max: 2 } } }, 'got {"min":3,"max":2}'],
    [{ allowFrom: ["203.0.113.7"] }, "'allowFrom' must be an address range"],
  ])("such as %j", (props, message) => {
    expect(refusal(() => synthLoadBalanced("aws", props as never))).toContain(message);
  });

  it("but serves plain HTTP when it was told to, and warns", () => {
    const stack = synthLoadBalanced("aws", { hostname: undefined, dnsZone: undefined, plainHttp: true });
    expect(stack.output.coverage_url.value).toMatch(/^http:\/\/\$\{aws_lb\./);
    expect(stack.warnings).toContainEqual(expect.stringMatching(/^plain HTTP.*set 'certificate' or 'dnsZone'$/));
  });

  it("but takes more than 250 reports per minute, and warns (G6)", () => {
    const beyond = expect.stringMatching(/^251 reports per minute are beyond .* \(250\)/);
    const warnings = (reports: number) =>
      synthLoadBalanced("aws", { capacity: Capacity.forReportsPerMinute(reports) }).warnings;
    expect(warnings(251)).toContainEqual(beyond);
    expect(warnings(250)).not.toContainEqual(beyond);
  });
});

/** The ports on which anything but a database, a queue or an endpoint lets something in. */
function openings(stack: Synthesised, cloud: keyof typeof TYPES): number[] {
  const ports = {
    aws: () => {
      const groups = Object.keys(stack.resource.aws_security_group).filter((name) =>
        /_(machines|web|worker)_/.test(name),
      );
      return all(stack, "aws_vpc_security_group_ingress_rule")
        .filter(({ security_group_id }) => groups.some((name) => String(security_group_id).includes(name)))
        .map(({ to_port }) => Number(to_port));
    },
    gcp: () =>
      all(stack, "google_compute_firewall")
        .filter(({ direction, allow, source_ranges }) => direction === "INGRESS" && allow && !isIap(source_ranges))
        .flatMap(({ allow }) => (allow as { ports: string[] }[]).flatMap(({ ports }) => ports.map(Number))),
    azure: () =>
      Object.entries(stack.resource.azurerm_network_security_rule)
        .filter(([name, { direction, access }]) => {
          return /_(machines|web|worker)_rules/.test(name) && direction === "Inbound" && access === "Allow";
        })
        .map(([, { destination_port_range }]) => Number(destination_port_range)),
  }[cloud]();
  return [...new Set(ports)];
}

/** Google's own way in for people who may administer machines, who have no other. */
function isIap(ranges: unknown): boolean {
  return Array.isArray(ranges) && ranges.includes("35.235.240.0/20");
}
