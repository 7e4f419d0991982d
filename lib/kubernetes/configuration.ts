import { ConfigMapV1, type ConfigMapV1Config } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { SecretV1, type SecretV1Config } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { TerraformStack } from "cdktf";
import { FIRST_TERRAFORM } from "../cloud/ephemeral.js";
import { terraformText } from "../cloud/terraform-text.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { serviceEnvironment } from "../workload/rendering/compose-services.js";
import { settingsEnvironment, settingsFile } from "../workload/rendering/settings-file.js";
import { isSecretText, renderSecretText, type SecretText } from "../workload/secret-text.js";
import type { ServiceSettings } from "../workload/service-settings.js";
import { labels, type Place } from "./place.js";
import { TEMPORARY_MOUNT } from "./pods.js";
import { checkExpression, writeOnlyRevision } from "./secret-expression.js";

export interface ConfigurationProps {
  readonly settings: ServiceSettings;
  readonly secrets: Readonly<Record<string, string>>;
  readonly secretsRevision: number;
}

export interface ConfigurationOverrides {
  readonly configMap?: DeepPartial<ConfigMapV1Config> | undefined;
  readonly secret?: DeepPartial<SecretV1Config> | undefined;
}

/** What every process of the service is told, as pods take it. */
export interface Configuration {
  readonly configMap: ConfigMapV1;
  readonly secret: SecretV1;
  /** The secrets' variables first: what refers to one has to come after it. */
  readonly environment: readonly Variable[];
  /** On pods: a change of any of them rolls them. */
  readonly annotations: Readonly<Record<string, string>>;
}

export type Variable =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: { readonly secretKeyRef: { name: string; key: string } } };

export const SETTINGS_FILE = "codecov.yml";

/** The settings file in a ConfigMap, and what is secret in a Secret, which Terraform writes and forgets. */
export function configuration(
  place: Place,
  { settings, secrets, secretsRevision }: ConfigurationProps,
  overrides: ConfigurationOverrides = {},
): Configuration {
  const { scope, provider, namespace } = place;
  TerraformStack.of(scope).addOverride("terraform.required_version", FIRST_TERRAFORM);
  const names = Object.keys(secrets).sort();
  for (const name of names) checkExpression(secrets[name], name, scope);
  const mapConfig: ConfigMapV1Config = {
    provider,
    metadata: { name: "settings", namespace, labels: labels() },
    data: { [SETTINGS_FILE]: terraformText(settingsFile(settings)) },
  };
  const secretConfig: SecretV1Config = {
    provider,
    metadata: { name: "secrets", namespace, labels: labels() },
    type: "Opaque",
    dataWo: { ...secrets },
    dataWoRevision: writeOnlyRevision(secretsRevision, names),
  };
  const configMap = new ConfigMapV1(scope, "settings", merge(mapConfig, overrides.configMap));
  const secret = new SecretV1(scope, "secrets", merge(secretConfig, overrides.secret));
  const own = { ...serviceEnvironment(settingsEnvironment(settings)), DATA_DIR: TEMPORARY_MOUNT.mountPath };
  return {
    configMap,
    secret,
    environment: [
      ...names.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret.metadata.name, key: name } } })),
      ...Object.entries(own).map(([name, value]) => ({ name, value: rendered(place, value, secrets) })),
    ],
    annotations: {
      "coverstack.io/settings": `\${sha256(${configMap.fqn}.data["${SETTINGS_FILE}"])}`,
      "coverstack.io/secrets-revision": `${secretsRevision}`,
    },
  };
}

function rendered({ scope }: Place, value: string | SecretText, secrets: ConfigurationProps["secrets"]): string {
  if (!isSecretText(value)) return terraformText(value);
  const parts = value.parts.map((part) => (typeof part === "string" ? literal(part) : part));
  const text = renderSecretText({ parts }, (variable) => {
    if (Object.hasOwn(secrets, variable)) return `$(${variable})`;
    throw new CoverstackError(
      {
        what: "the settings refer to a secret that is not given",
        given: variable,
        allowed: Object.keys(secrets).sort().join(", "),
        fix: "add it to 'secrets'",
      },
      scope,
    );
  });
  return terraformText(text);
}

/** Kubernetes takes `$(NAME)` for a reference, and `$$(NAME)` for what it looks like. */
function literal(text: string): string {
  return text.replace(/\$\(/g, "$$$$(");
}
