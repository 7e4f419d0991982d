import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { TerraformStack } from "cdktf";
import {
  type ClusterTraits,
  type Exposure,
  KubernetesWorkload,
  type KubernetesWorkloadProps,
  secretText,
} from "../../lib/kubernetes/index.js";
import { Capacity } from "../../lib/workload/capacity.js";
import { PeakHours } from "../../lib/workload/peak-hours.js";
import type { ServiceSettings } from "../../lib/workload/service-settings.js";
import { all, type Synthesised, synth } from "../support/synth.js";

export const IMAGE = "registry.example.com/coverstack:0.1.0";

export const SETTINGS: ServiceSettings = {
  setup: {
    codecov_url: "https://coverage.example.com",
    open_access: false,
    http: { cookie_secret: secretText`${{ variable: "COOKIE_SECRET" }}` },
  },
  github: { global_upload_token: secretText`${{ variable: "UPLOAD_TOKEN" }}` },
  services: {
    database_url: secretText`postgres://coverstack:${{ variable: "DATABASE_PASSWORD" }}@db.internal:5432/coverstack`,
    redis_url: secretText`rediss://:${{ variable: "REDIS_PASSWORD" }}@queue.internal:6379`,
    chosen_storage: "aws",
    aws: { bucket: "reports", region: "eu-west-1" },
  },
};

/** As Terraform takes it inside a text. */
export function expression(reference: string): string {
  return `\${${reference}}`;
}

export const SECRETS = {
  UPLOAD_TOKEN: expression("ephemeral.vault_secret.service.upload_token"),
  COOKIE_SECRET: expression("ephemeral.vault_secret.service.cookie_secret"),
  DATABASE_PASSWORD: expression("ephemeral.vault_secret.database.password"),
  REDIS_PASSWORD: expression("ephemeral.vault_secret.redis.password"),
};

export type Props = Partial<KubernetesWorkloadProps>;

export function workload(stack: TerraformStack, props: Props = {}): KubernetesWorkload {
  return new KubernetesWorkload(stack, "coverage", {
    provider: new KubernetesProvider(stack, "kubernetes", { configPath: "~/.kube/config" }),
    image: { reference: IMAGE },
    settings: SETTINGS,
    secrets: SECRETS,
    capacity: Capacity.forReportsPerMinute(25),
    hostname: "coverage.example.com",
    dataReach: [
      { cidr: "10.0.32.0/20", port: 5432 },
      { cidr: "10.0.48.0/20", port: 6379 },
    ],
    ...props,
  });
}

export function synthWorkload(props: Props = {}): Synthesised {
  return synth((stack) => {
    workload(stack, props);
  });
}

type Tree = Readonly<Record<string, unknown>>;

/** The object of a type that has this name in the cluster. */
export function named(stack: Synthesised, type: string, name: string): Tree {
  const found = all(stack, `kubernetes_${type}_v1`).filter(({ metadata }) => (metadata as Tree).name === name);
  if (found.length !== 1) throw new Error(`${found.length} objects ${type}/${name}, one was expected`);
  return found[0];
}

export interface PodSpec extends Tree {
  readonly container: readonly (Tree & { readonly name: string; readonly env: readonly { name: string }[] })[];
}

export interface Pod {
  readonly kind: string;
  readonly metadata: { readonly labels: Tree; readonly annotations?: Tree };
  readonly spec: PodSpec;
}

/** Every pod template, whatever makes pods of it. */
export function pods(stack: Synthesised): readonly Pod[] {
  const templates = ["deployment", "daemon_set", "job"].flatMap((kind) =>
    all(stack, `kubernetes_${kind}_v1`).map(({ spec }) => ({
      kind,
      ...((spec as Tree).template as Omit<Pod, "kind">),
    })),
  );
  const jobs = all(stack, "kubernetes_cron_job_v1").map(({ spec }) => {
    const { template } = ((spec as Tree).job_template as Tree).spec as Tree;
    return { kind: "cron_job", ...(template as Omit<Pod, "kind">) };
  });
  return [...templates, ...jobs];
}

export function pod(stack: Synthesised, component: string): Pod {
  const found = pods(stack).filter(({ metadata }) => metadata.labels["app.kubernetes.io/component"] === component);
  if (found.length !== 1) throw new Error(`${found.length} pod templates of ${component}, one was expected`);
  return found[0];
}

/** A cluster that does nothing by itself. */
export const BARE: ClusterTraits = {
  dnsServiceIp: "172.20.0.10",
  autoscaler: { region: "eu-west-1", annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/nodes" } },
  metadataCidr: "169.254.170.23",
  balancerCidrs: ["10.0.0.0/20"],
};

export const THROUGH_CONTROLLER: Exposure = {
  service: { type: "ClusterIP", annotations: {} },
  ingress: {
    className: "nginx",
    annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "0" },
    tlsSecret: "certificate",
    controller: { namespace: "ingress-nginx", podLabels: { "app.kubernetes.io/name": "ingress-nginx" } },
  },
};

/** Everything that the workload can bring. */
export const EVERYTHING: Props = {
  image: {
    reference: IMAGE,
    pullCredentials: {
      server: "registry.example.com",
      username: expression("ephemeral.vault_secret.registry.username"),
      password: expression("ephemeral.vault_secret.registry.password"),
    },
  },
  clusterName: "coverage",
  traits: BARE,
  exposure: THROUGH_CONTROLLER,
  peakHours: {
    web: new PeakHours({ timeZone: "Europe/Berlin", from: 8, to: 18, min: 4 }),
    worker: new PeakHours({ timeZone: "Europe/Berlin", days: ["MON"], from: 7, to: 12, min: 1 }),
  },
};
