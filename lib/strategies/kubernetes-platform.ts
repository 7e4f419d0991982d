import { Annotations } from "cdktf";
import { Construct } from "constructs";
import type { Cloud, CloudName, Parts } from "../cloud/cloud.js";
import type { Exposure, PodIdentity } from "../cloud/cluster.js";
import type { Ingress } from "../cloud/ingress.js";
import { CoverstackError } from "../errors.js";
import { Capacity } from "../workload/capacity.js";
import { planPool } from "../workload/node-pools.js";
import { CARE, type Profile } from "../workload/profile.js";
import type { Role } from "../workload/roles.js";
import { SERVICE_SECRETS } from "../workload/service.js";
import { Data, type DataProps } from "./data.js";
import { checkPublic, type PublicProps } from "./public-props.js";
import { type PulledImage, pulledImage } from "./pulled-image.js";
import { checkService, output, type ServiceProps } from "./service-props.js";

export interface KubernetesPlatformProps<P extends Parts = Parts>
  extends Pick<ServiceProps, "image" | "allowFrom" | "capacity">,
    Omit<PublicProps, "plainHttp">,
    DataProps<P> {
  readonly cloud: Cloud<P>;
  /** The DNS name under which people and CI reach the service. */
  readonly hostname: string;
  /** How it is reached. @default the cloud's own load balancer, with `certificate` and `dnsZone` */
  readonly ingress?: Ingress | undefined;
  /** @default production */
  readonly profile?: Profile | undefined;
  /** A network that is there already; a brought cluster's has to be. @default a new one */
  readonly network?: P["network"] | undefined;
  /** Availability zones to spread over, 2 or 3. @default 3 */
  readonly zones?: 2 | 3 | undefined;
  /** A cluster that is there already (F5). @default a new one */
  readonly cluster?: P["cluster"] | undefined;
  /** Kubernetes' minor version of a new cluster. @default 1.35; on GKE the release channel's own */
  readonly clusterVersion?: string | undefined;
  /** Ranges that reach the API of a new cluster. @default none: from inside the network only */
  readonly apiAllowFrom?: readonly string[] | undefined;
  /** Whether workers run on nodes that the cloud may take back: jobs are tried again. @default false */
  readonly spotWorkers?: boolean | undefined;
  /** Namespace that the workload will live in. @default coverstack */
  readonly namespace?: string | undefined;
}

/** The least nodes of a pool, so that one may fail, where something is to spare. */
const LEAST_NODES = 2;
const REQUEST_SECONDS = 600;
const ROLES = ["web", "worker", "migrate"] as const satisfies readonly Role[];

/**
 * Strategy III, first stack: network, data and cluster, and the identities of pods to come. The workload is a stack of
 * its own (`Kubernetes`), since Terraform's Kubernetes provider cannot plan against a cluster that does not exist yet.
 *
 * @throws CoverstackError on input that cannot work
 */
export class KubernetesPlatform<P extends Parts = Parts> extends Construct {
  readonly network: P["network"];
  readonly cluster: P["cluster"];
  /** Holds, in the field `upload_token`, the token that every repository may upload with. */
  readonly secret: P["secret"];
  /** The managed parts; undefined where plain data was given. */
  readonly database: P["database"] | undefined;
  readonly redis: P["redis"] | undefined;
  readonly objectStore: P["objectStore"] | undefined;
  readonly data: Data<P>;
  readonly image: PulledImage<P>;
  readonly podIdentities: Readonly<Record<Role, PodIdentity<P["identity"]>>>;
  readonly exposure: Exposure;
  readonly capacity: Capacity;
  readonly profile: Profile;
  readonly namespace: string;
  readonly cloudName: CloudName;
  /** Whether there are nodes for each role; a brought cluster's pods run wherever it likes. */
  readonly dedicatedNodes: boolean;
  /** What the sizes of nodes were mapped to, where the cluster is made here. */
  readonly nodeTypes: readonly { readonly size: string; readonly type: string }[];
  /** Where the service will be reached. */
  readonly url: string;
  readonly hostname: string;

  constructor(scope: Construct, id: string, props: KubernetesPlatformProps<P>) {
    super(scope, id);
    checkService(this, props);
    refuseWhatCannotWork(this, props);
    const { cloud, hostname, profile = "production", namespace = "coverstack" } = props;
    this.capacity = props.capacity ?? Capacity.forReportsPerMinute(25);
    this.profile = profile;
    this.namespace = namespace;
    this.cloudName = cloud.name;
    this.hostname = hostname;
    this.url = `https://${hostname}`;
    this.network = props.network ?? cloud.network(this, "network", { zones: props.zones ?? 3, reach: "private" });
    const { network, capacity } = this;
    this.secret = cloud.secret(this, "secret", { generate: SERVICE_SECRETS });
    this.data = new Data(this, cloud, { ...props, network, capacity, profile });
    this.database = this.data.database;
    this.redis = this.data.redis;
    this.objectStore = this.data.objectStore;
    this.cluster = props.cluster ?? this.#makeCluster(props);
    this.dedicatedNodes = props.cluster === undefined;
    const { web, worker } = capacity.roles;
    this.nodeTypes = this.cluster.nodeTypes.map((type, i) => ({ size: [web, worker][i].machine.name, type }));
    this.image = pulledImage(this, cloud, props.image);
    this.image.grantPull(this.cluster.nodeIdentity);
    this.data.allowFrom(this.cluster);
    this.podIdentities = this.#podIdentities();
    this.exposure = props.ingress?.exposure ?? this.#expose(props);
    output(this, "url", this.url, "where the service is reached once the workload runs");
    output(this, "cluster", this.cluster.clusterName, "name of the cluster");
    output(this, "secret", this.secret.secretId, "holds the global upload token in the field upload_token");
    if (this.exposure.address !== undefined) {
      output(this, "address", this.exposure.address, "point the hostname here");
    }
  }

  #makeCluster({ cloud, clusterVersion, apiAllowFrom, spotWorkers }: KubernetesPlatformProps<P>): P["cluster"] {
    const { protect, spare } = CARE[this.profile];
    const leastNodes = spare ? LEAST_NODES : 1;
    if (apiAllowFrom === undefined || apiAllowFrom.length === 0) {
      Annotations.of(this).addWarning(
        "the cluster's API is closed to everyone outside of its network, so the workload can be deployed only from inside of it; list the ranges that Terraform runs in in 'apiAllowFrom'",
      );
    }
    return cloud.cluster(this, "cluster", {
      network: this.network,
      version: clusterVersion,
      apiAllowFrom,
      pools: {
        web: planPool("web", this.capacity, leastNodes),
        worker: { ...planPool("worker", this.capacity, leastNodes), spot: spotWorkers },
      },
      protect,
    });
  }

  #podIdentities(): Readonly<Record<Role, PodIdentity<P["identity"]>>> {
    const { namespace } = this;
    const [web, worker, migrate] = ROLES.map((name) =>
      this.cluster.podIdentity(this, `${name}-pods`, { namespace, name }),
    );
    // Passwords reach pods as a Kubernetes secret, so all that an identity is for is the bucket; migrating needs none.
    for (const { identity } of [web, worker]) this.objectStore?.grantReadWrite(identity);
    return { web, worker, migrate };
  }

  #expose({ hostname, certificate, dnsZone, allowFrom = [] }: KubernetesPlatformProps<P>): Exposure {
    const tls = checkPublic(this, { hostname, certificate, dnsZone }) ?? {};
    if (allowFrom.length === 0) {
      const annotations = Annotations.of(this);
      annotations.addWarning("nobody can reach the service: list the ranges of your people and CI in 'allowFrom'");
    }
    return this.cluster.expose(this, "exposure", {
      hostname,
      tls,
      allowFrom: [...new Set(allowFrom)],
      requestSeconds: REQUEST_SECONDS,
    });
  }
}

function refuseWhatCannotWork<P extends Parts>(scope: Construct, props: KubernetesPlatformProps<P>): void {
  const { zones, cluster, network, namespace, ingress } = props;
  if (zones !== undefined && zones !== 2 && zones !== 3) {
    throw new CoverstackError({ what: "'zones' is out of range", given: zones, allowed: "2 or 3" }, scope);
  }
  if (cluster && !network) {
    const fix = "give the 'network' that the cluster is in, so that its nodes reach the database";
    throw new CoverstackError({ what: "'cluster' without 'network'", fix }, scope);
  }
  const idle = cluster && (["clusterVersion", "apiAllowFrom", "spotWorkers"] as const).find((key) => props[key]);
  if (idle) {
    const fix = "leave it out, or let a cluster be made";
    throw new CoverstackError({ what: `'${idle}' is for a new cluster, and one was given`, fix }, scope);
  }
  if (namespace !== undefined && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) {
    const allowed = "lower-case letters, digits and hyphens, at most 63";
    throw new CoverstackError({ what: "'namespace' must be a Kubernetes name", given: namespace, allowed }, scope);
  }
  if (ingress && (props.certificate !== undefined || props.dnsZone !== undefined)) {
    const fix = "leave them out: with an ingress of your own, certificate and DNS record are its business";
    throw new CoverstackError({ what: "'certificate' and 'dnsZone' exclude 'ingress'", fix }, scope);
  }
}
