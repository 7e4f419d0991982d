import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Capacity, SecretReference, Tls } from "../../../lib/index.js";
import { composeFile } from "../../../lib/workload/rendering/compose.js";
import { IMAGES } from "../../../lib/workload/versions.js";
import { bootOf } from "../../support/boot.js";
import { inFolder, run, SLOW } from "../../support/programs.js";
import { realParts } from "../../support/real-parts.js";
import { synthSingleVm } from "../../support/single-vm.js";

const { dockerCompose } = realParts();
const certificate = Tls.fromSecret(
  SecretReference.of("arn:aws:secretsmanager:eu-west-1:123456789012:secret:tls-aaaaaa"),
);
const hostname = "coverage.example.com";

describe("the compose file on the machine", () => {
  const boot = bootOf(synthSingleVm());
  const { services, volumes, networks, version } = boot.compose;

  it('is version "3", every service on the bridge network codecov (I9)', () => {
    expect(version).toBe("3");
    expect(networks).toEqual({ codecov: { driver: "bridge" } });
    for (const service of Object.values(services)) expect(service).toMatchObject({ networks: ["codecov"] });
  });

  it("keeps database, queue and archive in volumes, all declared (I2, I18)", () => {
    const mounted = Object.values(services).flatMap((service) =>
      (service.volumes ?? []).map((mount) => mount.split(":")[0]),
    );
    const named = mounted.filter((source) => !/^[./]/.test(source)).sort();
    expect(named).toEqual(["archive", "database", "redis"]);
    expect(Object.keys(volumes).sort()).toEqual(named);
    expect(services.postgres.volumes).toEqual(["database:/var/lib/postgresql/data"]);
    expect(services.redis.volumes).toEqual(["redis:/data"]);
    expect(services.minio.volumes).toEqual(["archive:/data"]);
  });

  it("scales web and worker on the one server (I6)", () => {
    expect(services.web.deploy.replicas).toBe(2);
    expect(services.worker.deploy.replicas).toBe(3);
    for (const service of Object.values(services)) expect(service).not.toHaveProperty("container_name");
  });

  it("finds web containers through Docker, read-only, and serves nothing else (I7, I10)", () => {
    expect(services.traefik.command).toEqual(
      expect.arrayContaining([
        "--providers.docker=true",
        "--providers.docker.exposedbydefault=false",
        "--metrics.prometheus=true",
      ]),
    );
    const enabled = Object.entries(services).filter(([, { labels }]) => labels?.includes("traefik.enable=true"));
    expect(enabled.map(([name]) => name)).toEqual(["web"]);
  });

  it("publishes the proxy's ports alone, without its API (I12)", () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([["traefik", ["80:80"]]]);
    expect(services.traefik.command?.join(" ")).not.toContain("--api");
    expect(services.traefik.volumes).toEqual(["/var/run/docker.sock:/var/run/docker.sock:ro"]);
    expect(services.traefik.depends_on).toHaveProperty("web");
  });

  it("runs web with its settings file on port 5000, not published (I13)", () => {
    expect(services.web).toMatchObject({
      command: ["web"],
      expose: ["5000"],
      image: "registry.example.com/coverstack:0.1.0",
    });
    expect(services.web.volumes).toEqual(["./codecov.yml:/config/codecov.yml:ro"]);
    expect(services.web.environment).toMatchObject({
      STATSD_HOST: "statsd",
      SETTINGS_FILE: "/config/codecov.yml",
      HOST: "0.0.0.0",
      PORT: "5000",
    });
    expect(services.web.healthcheck?.test.join(" ")).toContain("http://127.0.0.1:5000/health/ready");
  });

  it("routes every path to web (I14)", () => {
    expect(services.web.labels).toEqual(
      expect.arrayContaining([
        "traefik.http.routers.web.rule=PathPrefix(`/`)",
        "traefik.http.routers.web.entrypoints=http",
        "traefik.http.services.web.loadbalancer.server.port=5000",
      ]),
    );
  });

  it("runs workers from the same image with the same settings, and no way in (I15)", () => {
    const { worker, web } = services;
    expect(worker).toMatchObject({
      command: ["worker"],
      image: web.image,
      volumes: web.volumes,
      environment: web.environment,
    });
    for (const way of ["ports", "expose", "labels"]) expect(worker).not.toHaveProperty(way);
  });

  it("starts web and worker after the migration, the bucket and the queue", () => {
    for (const role of ["web", "worker"]) {
      expect(services[role].depends_on).toMatchObject({
        migrate: { condition: "service_completed_successfully" },
        bucket: { condition: "service_completed_successfully" },
        redis: { condition: "service_healthy" },
      });
    }
    expect(services.migrate).toMatchObject({ command: ["migrate"], restart: "no" });
    expect(services.migrate.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
  });

  it("runs MinIO as a server of its own, with no route from outside (I16)", () => {
    expect(services.minio).toMatchObject({ command: ["server", "/data"], expose: ["9000"], image: IMAGES.minio });
    expect(services.minio).not.toHaveProperty("labels");
  });

  it("takes metrics by statsd and shows them to Prometheus (I17)", () => {
    expect(services.statsd.command).toEqual(["--statsd.listen-udp=:8125", "--statsd.listen-tcp=:8125"]);
    expect(services.statsd.expose).toEqual(["8125", "8125/udp", "9102"]);
  });

  it("runs one unclustered queue that keeps its jobs on disk and drops none", () => {
    expect(services.redis.command?.join(" ")).toMatch(/--appendonly yes .*--maxmemory-policy noeviction$/);
    expect(services.redis.deploy).not.toHaveProperty("replicas");
  });

  it("limits every container's memory, and starts again whatever is meant to run", () => {
    for (const [name, { deploy, restart }] of Object.entries(services)) {
      expect(deploy.resources.limits.memory).toMatch(/^\d+M$/);
      expect(restart).toBe(["migrate", "bucket"].includes(name) ? "no" : "unless-stopped");
    }
  });

  it("hands secrets over by name alone (G12)", () => {
    expect(services.web.environment).toMatchObject({
      SETUP__HTTP__COOKIE_SECRET: `\${COVERSTACK_COOKIE_SECRET}`,
      GITHUB__GLOBAL_UPLOAD_TOKEN: `\${COVERSTACK_UPLOAD_TOKEN}`,
      SERVICES__DATABASE_URL: `postgres://coverstack:\${COVERSTACK_DATABASE_PASSWORD}@postgres:5432/coverstack`,
      SERVICES__REDIS_URL: `redis://:\${COVERSTACK_REDIS_PASSWORD}@redis:6379`,
      SERVICES__MINIO__ACCESS_KEY_ID: `\${COVERSTACK_ARCHIVE_ACCESS_KEY}`,
      SERVICES__MINIO__SECRET_ACCESS_KEY: `\${COVERSTACK_ARCHIVE_SECRET_KEY}`,
    });
  });
});

describe("the proxy with TLS (I11, F8)", () => {
  it("redirects HTTP, and serves a certificate of one's own from ./config", () => {
    const boot = bootOf(synthSingleVm({ hostname, tls: certificate }));
    const { traefik, web } = boot.compose.services;
    expect(traefik.ports).toEqual(["80:80", "443:443"]);
    expect(traefik.volumes).toContain("./config:/ssl:ro");
    expect(traefik.command).toEqual(
      expect.arrayContaining([
        "--entrypoints.https.address=:443",
        "--entrypoints.http.http.redirections.entrypoint.to=https",
        "--providers.file.filename=/ssl/tls.yml",
      ]),
    );
    expect(boot.files["tls.yml"]).toContain("certFile: /ssl/ssl.crt\n        keyFile: /ssl/ssl.key\n");
    expect(web.labels).toEqual(
      expect.arrayContaining(["traefik.http.routers.web.entrypoints=https", "traefik.http.routers.web.tls=true"]),
    );
  });

  it("gets a certificate of Let's Encrypt for the hostname, and keeps it in a volume", () => {
    const { services, volumes } = bootOf(synthSingleVm({ hostname, tls: Tls.acme("ops@example.com") })).compose;
    expect(services.traefik.command).toEqual(
      expect.arrayContaining([
        "--certificatesresolvers.acme.acme.email=ops@example.com",
        "--certificatesresolvers.acme.acme.httpchallenge.entrypoint=http",
      ]),
    );
    expect(services.traefik.volumes).toContain("certificates:/acme");
    expect(volumes).toHaveProperty("certificates");
    expect(services.web.labels).toContain("traefik.http.routers.web.rule=Host(`coverage.example.com`)");
  });
});

describe.runIf(dockerCompose)("docker-compose", SLOW, () => {
  const accepts = (props = {}) =>
    inFolder((folder) => {
      const { files } = bootOf(synthSingleVm(props));
      writeFileSync(join(folder, "docker-compose.yml"), files["docker-compose.yml"]);
      writeFileSync(join(folder, "codecov.yml"), files["codecov.yml"]);
      return run(dockerCompose!, ["config", "--quiet"], { cwd: folder });
    });

  it.each([
    ["plain", {}],
    ["with a certificate", { hostname, tls: certificate }],
    ["with Let's Encrypt", { hostname, tls: Tls.acme("ops@example.com") }],
    ["with more workers", { capacity: Capacity.forReportsPerMinute(50) }],
  ])("accepts the file %s, without the .env file beside it", async (_name, props) => {
    const { status, output } = await accepts(props);
    expect(status, output).toBe(0);
  });
});

describe("composing services", () => {
  it("declares each named volume once, and neither folders nor files", () => {
    const deploy = { resources: { limits: { memory: "1M" } } };
    const file = composeFile({
      a: { image: "a:1", deploy, volumes: ["data:/data", "./here:/there", "/var/run/x:/x"] },
      b: { image: "b:1", deploy, volumes: ["data:/data"] },
    });
    expect(file.volumes).toEqual({ data: {} });
  });
});

describe("pinned images", () => {
  it.each(Object.entries(IMAGES))("%s names a release, never a moving tag", (_name, image) => {
    expect(image).toMatch(/:(v?\d+\.\d+\.\d+|\d+\.\d+|RELEASE\.\d{4}-\d{2}-\d{2}T[\d-]+Z)/);
  });
});
