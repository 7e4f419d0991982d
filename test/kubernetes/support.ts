import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { TerraformStack } from "cdktf";
import { KubernetesWorkload, type KubernetesWorkloadProps } from "../../lib/kubernetes/index.js";
import { Capacity } from "../../lib/workload/capacity.js";
import { secretText } from "../../lib/workload/secret-text.js";
import type { ServiceSettings } from "../../lib/workload/service-settings.js";
import { type Synthesised, synth } from "../support/synth.js";

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

export const SECRETS = {
  UPLOAD_TOKEN: "$" + "{ephemeral.vault_secret.service.upload_token}",
  COOKIE_SECRET: "ephemeral.vault_secret.service.cookie_secret",
  DATABASE_PASSWORD: "$" + "{ephemeral.vault_secret.database.password}",
  REDIS_PASSWORD: "$" + "{ephemeral.vault_secret.redis.password}",
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
