import { WEB_PORT } from "../roles.js";
import type { Tls } from "../tls.js";
import { IMAGES } from "../versions.js";
import type { ComposeService } from "./compose.js";

/** Files beside the compose file in which a certificate of one's own arrives at boot. */
export const CERTIFICATE_FILES = { folder: "config", certificate: "ssl.crt", privateKey: "ssl.key" } as const;

/** Uploads of hundreds of megabytes take longer than Traefik's minute. */
const UPLOAD_SECONDS = 600;

export interface Routing {
  readonly tls: Tls | undefined;
  /** null: any host. */
  readonly hostname: string | null;
}

/** The proxy in front of the web containers, which it finds through Docker as they come and go. */
export function traefik({ tls }: Routing, memory: number): ComposeService {
  return {
    image: IMAGES.traefik,
    command: [
      "--providers.docker=true",
      "--providers.docker.exposedbydefault=false",
      "--metrics.prometheus=true",
      "--metrics.prometheus.entrypoint=metrics",
      "--entrypoints.metrics.address=:8082",
      ...entrypoint("http", 80),
      ...(tls ? [...entrypoint("https", 443), ...REDIRECT, ...certificates(tls)] : []),
    ],
    ports: tls ? ["80:80", "443:443"] : ["80:80"],
    volumes: [
      "/var/run/docker.sock:/var/run/docker.sock:ro",
      ...(tls?.kind === "acme" ? ["certificates:/acme"] : []),
      ...(tls?.kind === "secret" ? [`./${CERTIFICATE_FILES.folder}:/ssl:ro`] : []),
    ],
    depends_on: { web: { condition: "service_started" } },
    security_opt: ["no-new-privileges:true"],
    deploy: { resources: { limits: { memory: `${memory}M` } } },
  };
}

/** The labels by which Traefik routes to the web containers. */
export function webLabels({ tls, hostname }: Routing): readonly string[] {
  const router = "traefik.http.routers.web";
  const server = "traefik.http.services.web.loadbalancer";
  return [
    "traefik.enable=true",
    `${router}.rule=${hostname === null ? "PathPrefix(`/`)" : `Host(\`${hostname}\`)`}`,
    `${router}.entrypoints=${tls ? "https" : "http"}`,
    ...(tls ? [`${router}.tls=true`] : []),
    ...(tls?.kind === "acme" ? [`${router}.tls.certresolver=acme`] : []),
    `${router}.middlewares=compress`,
    "traefik.http.middlewares.compress.compress=true",
    `${server}.server.port=${WEB_PORT}`,
    `${server}.healthcheck.path=/health/ready`,
    `${server}.healthcheck.interval=10s`,
  ];
}

/** Traefik takes certificates of one's own from a file of dynamic configuration only. */
export function certificateConfiguration(): string {
  const { certificate, privateKey } = CERTIFICATE_FILES;
  return [
    "tls:",
    "  stores:",
    "    default:",
    "      defaultCertificate:",
    `        certFile: /ssl/${certificate}`,
    `        keyFile: /ssl/${privateKey}`,
    "",
  ].join("\n");
}

const REDIRECT = [
  "--entrypoints.http.http.redirections.entrypoint.to=https",
  "--entrypoints.http.http.redirections.entrypoint.scheme=https",
];

function entrypoint(name: string, port: number): string[] {
  return [
    `--entrypoints.${name}.address=:${port}`,
    `--entrypoints.${name}.transport.respondingtimeouts.readtimeout=${UPLOAD_SECONDS}s`,
  ];
}

function certificates(tls: Tls): string[] {
  if (tls.kind === "secret") return ["--providers.file.filename=/ssl/tls.yml"];
  return [
    `--certificatesresolvers.acme.acme.email=${tls.email}`,
    "--certificatesresolvers.acme.acme.storage=/acme/acme.json",
    "--certificatesresolvers.acme.acme.httpchallenge.entrypoint=http",
  ];
}
