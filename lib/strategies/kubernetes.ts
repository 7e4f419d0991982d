import { Construct } from "constructs";
import type { Cloud, Parts } from "../cloud/cloud.js";
import { CoverstackError } from "../errors.js";
import type { KubernetesOverrides } from "../kubernetes/overrides.js";
import { KubernetesWorkload } from "../kubernetes/workload.js";
import type { PeakHours } from "../workload/peak-hours.js";
import { CARE } from "../workload/profile.js";
import type { ScaledRole } from "../workload/roles.js";
import { type SettingsOverrides, service } from "../workload/service.js";
import type { KubernetesPlatform } from "./kubernetes-platform.js";
import { checkService, type ServiceProps } from "./service-props.js";

export interface KubernetesProps<P extends Parts = Parts> extends Pick<ServiceProps, "openAccess" | "github"> {
  /** The cloud, connected to this stack. */
  readonly cloud: Cloud<P>;
  /** What the first stack made. */
  readonly platform: KubernetesPlatform<P>;
  /** Average CPU above which pods are added, percent of what they request. @default 80 */
  readonly targetCpuPercent?: number | undefined;
  /** Hours in which more pods of a role run from the start. @default none */
  readonly peakHours?: Readonly<Partial<Record<ScaledRole, PeakHours | undefined>>> | undefined;
  /** Raise it when a secret was changed by hand: pods are replaced and read it anew. @default 1 */
  readonly secretsRevision?: number | undefined;
  /** Laid over what is rendered, key by key: for what no prop covers. @default none */
  readonly overrides?:
    | {
        readonly objects?: KubernetesOverrides | undefined;
        readonly settings?: SettingsOverrides | undefined;
      }
    | undefined;
}

/**
 * Strategy III, second stack: the workload on the cluster that `KubernetesPlatform` made or was given. Passwords are
 * read from the cloud's secret manager in each run and handed to the cluster, past files and state.
 *
 * @throws CoverstackError on input that cannot work
 */
export class Kubernetes<P extends Parts = Parts> extends Construct {
  readonly workload: KubernetesWorkload;

  constructor(scope: Construct, id: string, props: KubernetesProps<P>) {
    super(scope, id);
    const { cloud, platform, github, peakHours = {} } = props;
    const { cluster, image, exposure, data, secret } = platform;
    checkService(this, props);
    if (cloud.name !== platform.cloudName) {
      const allowed = `${platform.cloudName}, as the platform`;
      throw new CoverstackError({ what: "'cloud' must be the platform's", given: cloud.name, allowed }, this);
    }
    const told = service({
      url: platform.url,
      openAccess: props.openAccess ?? true,
      github,
      secret: secret.secretId,
      ...data.access,
      overrides: props.overrides?.settings,
    });
    const values = told.secrets.map(({ variable, ...source }) => {
      const id = variable.toLowerCase().replaceAll("_", "-");
      return [variable, cloud.secretValue(this, id, source)] as const;
    });
    this.workload = new KubernetesWorkload(this, "workload", {
      provider: cloud.connect(this, "cluster", cluster),
      namespace: platform.namespace,
      clusterName: cluster.clusterName,
      image: { reference: image.reference, pullCredentials: this.#pullCredentials(cloud, image) },
      settings: told.settings,
      secrets: Object.fromEntries(values),
      secretsRevision: props.secretsRevision,
      capacity: platform.capacity,
      targetCpuPercent: props.targetCpuPercent,
      peakHours: Object.fromEntries(Object.entries(peakHours).filter(([, hours]) => hours !== undefined)),
      podIdentities: platform.podIdentities,
      exposure,
      traits: cluster.traits,
      hostname: platform.hostname,
      dataReach: data.reaches,
      protect: CARE[platform.profile].protect,
      dedicatedNodes: platform.dedicatedNodes,
      overrides: props.overrides?.objects,
    });
  }

  #pullCredentials(cloud: Cloud<P>, { credentials, registryHost }: KubernetesPlatform<P>["image"]) {
    if (credentials === undefined) return undefined;
    const field = (key: string) => cloud.secretValue(this, `registry-${key}`, { secret: credentials.id, key });
    return { server: registryHost, username: field("username"), password: field("password") };
  }
}
