import { SecretV1, type SecretV1Config } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { Token } from "cdktf";
import { type DeepPartial, merge } from "../merge.js";
import { labels, type Place } from "./place.js";
import { checkExpression, writeOnlyRevision } from "./secret-expression.js";

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
  checkExpression(username, "username", scope);
  checkExpression(password, "password", scope);
  const login = `{ username = "${username}", password = "${password}", auth = base64encode("${username}:${password}") }`;
  const config: SecretV1Config = {
    provider,
    metadata: { name: "registry", namespace, labels: labels() },
    type: "kubernetes.io/dockerconfigjson",
    dataWo: { ".dockerconfigjson": `\${jsonencode({ auths = { "${server}" = ${login} } })}` },
    dataWoRevision: writeOnlyRevision(revision, [Token.isUnresolved(server) ? "" : server]),
  };
  return new SecretV1(scope, "pull-secret", merge(config, overrides));
}
