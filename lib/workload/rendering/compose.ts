import { isSecretText, renderSecretText, type SecretText } from "../secret-text.js";
import { toYaml } from "./yaml.js";

/** The part of the Compose format that is used here. */
export interface ComposeFile {
  readonly version: "3";
  readonly services: Readonly<Record<string, ComposeService & { readonly networks: readonly string[] }>>;
  readonly networks: Readonly<Record<string, { readonly driver: "bridge" }>>;
  readonly volumes: Readonly<Record<string, Readonly<Record<string, never>>>>;
}

export interface ComposeService {
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly (string | SecretText)[];
  readonly environment?: Readonly<Record<string, string | SecretText>>;
  /** Reached from other containers only. */
  readonly expose?: readonly string[];
  /** Reached from outside: `HOST:CONTAINER`. */
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly labels?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: DependencyCondition }>>;
  readonly healthcheck?: Healthcheck;
  readonly restart?: "unless-stopped" | "no";
  readonly stop_grace_period?: string;
  readonly shm_size?: string;
  readonly security_opt?: readonly string[];
  readonly deploy: {
    readonly replicas?: number;
    readonly resources: { readonly limits: { readonly memory: string } };
  };
}

export type DependencyCondition = "service_started" | "service_healthy" | "service_completed_successfully";

export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
  readonly start_period?: string;
}

const NETWORK = "codecov";

/** The services on one bridge network, every named volume that they mount declared, and restarted unless they say otherwise. */
export function composeFile(services: Readonly<Record<string, ComposeService>>): ComposeFile {
  const mounts = Object.values(services).flatMap((service) => service.volumes ?? []);
  const named = mounts.map((mount) => mount.split(":")[0]).filter((source) => !/^[./]/.test(source));
  const complete = Object.entries(services).map(([name, service]) => [
    name,
    { ...service, restart: service.restart ?? "unless-stopped", networks: [NETWORK] },
  ]);
  return {
    version: "3",
    services: Object.fromEntries(complete),
    networks: { [NETWORK]: { driver: "bridge" } },
    volumes: Object.fromEntries([...new Set(named)].map((name) => [name, {}])),
  };
}

/** `docker-compose.yml`. Secrets stay `${NAME}`: Compose takes them from the `.env` file beside it. */
export function renderCompose(file: ComposeFile): string {
  return toYaml(file, (_key, value) => (isSecretText(value) ? interpolated(value) : value));
}

function interpolated(text: SecretText): string {
  return renderSecretText(text, (variable) => `\${${variable}}`);
}
