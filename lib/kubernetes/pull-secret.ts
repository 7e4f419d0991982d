import { SecretV1, type SecretV1Config } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { type DeepPartial, merge } from "../merge.js";
import { labels, type Place } from "./place.js";
import { secretExpression } from "./secret-expression.js";

/** How images are pulled from a registry that asks. */
export interface PullCredentials {
  /** The registry's host: `registry.example.com`. */
  readonly server: string;
  /** Expressions of ephemeral values. */
  readonly username: string;
  readonly password: string;
}

export type PullSecretOverrides = DeepPartial<SecretV1Config>;

/** The credentials as every pod of the namespace refers to them, those of jobs and schedules included (E6, E7). */
export function pullSecret(
  { scope, provider, namespace }: Place,
  { server, username, password }: PullCredentials,
  revision: number,
  overrides?: PullSecretOverrides,
): SecretV1 {
  const user = secretExpression(username, "username", scope);
  const word = secretExpression(password, "password", scope);
  const login = `{ username = "${user}", password = "${word}", auth = base64encode("${user}:${word}") }`;
  const config: SecretV1Config = {
    provider,
    metadata: { name: "registry", namespace, labels: labels() },
    type: "kubernetes.io/dockerconfigjson",
    dataWo: { ".dockerconfigjson": `\${jsonencode({ auths = { "${server}" = ${login} } })}` },
    dataWoRevision: revision,
  };
  return new SecretV1(scope, "pull-secret", merge(config, overrides));
}
