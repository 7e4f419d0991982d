import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { Cloud, Parts } from "../cloud/cloud.js";
import { CoverstackError } from "../errors.js";
import type { DeepPartial } from "../merge.js";
import { Capacity } from "../workload/capacity.js";
import { CARE, type Profile } from "../workload/profile.js";
import { MOST_ON_ONE_MACHINE } from "../workload/recommendation.js";
import type { ComposeFile } from "../workload/rendering/compose.js";
import { machineBoot } from "../workload/rendering/machine-boot.js";
import { SERVICE_SECRETS, type SettingsOverrides, service } from "../workload/service.js";
import { GENERATED_SECRETS, ownData, singleMachine } from "../workload/single-machine.js";
import type { Tls } from "../workload/tls.js";
import { Data, type DataProps } from "./data.js";
import { type PulledImage, pulledImage } from "./pulled-image.js";
import { checkService, output, type ServiceProps, warnOfAccess } from "./service-props.js";

export interface SingleVmProps<P extends Parts = Parts> extends ServiceProps, DataProps<P> {
  readonly cloud: Cloud<P>;
  /** HTTPS, and HTTP only to redirect. @default plain HTTP, with a warning */
  readonly tls?: Tls | undefined;
  /**
   * Whether database, queue and object store are services of the cloud instead of containers on the machine. The data
   * then outlives the machine, and moves along to the larger strategies; one machine is still one machine. The parts
   * can be given as `database`, `redis` and `objectStore`.
   *
   * @default false
   */
  readonly managedServices?: boolean | undefined;
  /** @default trial; with managed services, production */
  readonly profile?: Profile | undefined;
  /** A network that is there already. @default a new one */
  readonly network?: P["network"] | undefined;
  /** For Docker's data, and with it whatever is not a managed service, GB. @default 100 */
  readonly dataDiskGb?: number | undefined;
  /** Laid over what is rendered, key by key: for what no prop covers. @default none */
  readonly overrides?:
    | {
        /** Over `docker-compose.yml`. */
        readonly compose?: DeepPartial<ComposeFile> | undefined;
        readonly settings?: SettingsOverrides | undefined;
      }
    | undefined;
  /** One. More machines, each with a proxy of its own, would not work together. */
  readonly machineCount?: 1 | undefined;
  /** None, for the same reason. */
  readonly loadBalancer?: undefined;
}

/** The zones that managed services spread over. */
const ZONES = 2;
const DATA_DISK_GB = 100;

/**
 * Strategy I: the whole service on one machine, with Docker Compose. By itself it needs no other service of the cloud
 * and is for trials, since the data is on that one machine's disk; with managed services the data is safe, and only the
 * service stops when the machine does.
 *
 * @throws CoverstackError on input that cannot work
 */
export class SingleVm<P extends Parts = Parts> extends Construct {
  readonly network: P["network"];
  readonly machine: P["machine"];
  /** Holds, in the field `upload_token`, the token that every repository may upload with. */
  readonly secret: P["secret"];
  /** The managed parts, where there are any. */
  readonly database: P["database"] | undefined;
  readonly redis: P["redis"] | undefined;
  readonly objectStore: P["objectStore"] | undefined;
  readonly capacity: Capacity;
  /** Where the service is reached. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: SingleVmProps<P>) {
    super(scope, id);
    refuseWhatCannotWork(this, props);
    const { cloud, tls, hostname } = props;
    const managed = props.managedServices === true;
    const profile = props.profile ?? (managed ? "production" : "trial");
    this.capacity = props.capacity ?? Capacity.forReportsPerMinute(25);
    this.network =
      props.network ?? cloud.network(this, "network", managed ? { zones: ZONES, reach: "data" } : { zones: 1 });
    const { network, capacity } = this;
    this.secret = cloud.secret(this, "secret", { generate: managed ? SERVICE_SECRETS : GENERATED_SECRETS });
    const data = managed ? new Data(this, cloud, { ...props, network, capacity, profile }) : undefined;
    this.database = data?.database;
    this.redis = data?.redis;
    this.objectStore = data?.objectStore;
    const image = pulledImage(this, cloud, props.image);
    let url = "";
    this.machine = cloud.machine(this, "machine", {
      network,
      size: capacity.largestMachine,
      dataDisk: { sizeGb: props.dataDiskGb ?? DATA_DISK_GB, protect: CARE[profile].protect && !managed },
      containersUseIdentity: managed,
      boot: (facts, address) => {
        url = `${tls ? "https" : "http"}://${hostname ?? address}`;
        return machineBoot(this.#workload(props, { url, image, data }), facts);
      },
    });
    this.url = url;
    this.#letRead(props, image);
    data?.grant(this.machine.identity);
    data?.allowFrom(this.machine);
    this.#openPorts(props);
    warn(this, props, capacity);
    output(this, "url", this.url, "where the service is reached");
    output(this, "address", this.machine.address, "public address; point the hostname here");
    output(this, "secret", this.secret.secretId, "holds the global upload token in the field upload_token");
  }

  #workload(
    props: SingleVmProps<P>,
    { url, image, data }: { url: string; image: PulledImage<P>; data?: Data<P> | undefined },
  ) {
    const { secretId } = this.secret;
    return singleMachine({
      image: image.reference,
      service: service({
        url,
        openAccess: props.openAccess ?? true,
        github: props.github,
        secret: secretId,
        ...(data ? data.access : ownData(secretId)),
        overrides: props.overrides?.settings,
      }),
      registries: image.logins,
      hostname: props.hostname,
      capacity: this.capacity,
      tls: props.tls,
      ownData: data === undefined,
      overrides: props.overrides?.compose,
    });
  }

  #letRead({ cloud, tls, github }: SingleVmProps<P>, image: PulledImage<P>): void {
    const { identity } = this.machine;
    this.secret.grantRead(identity);
    image.grantPull(identity);
    if (tls?.kind === "secret") cloud.existingSecret(this, "certificate", tls.secret).grantRead(identity);
    if (github) cloud.existingSecret(this, "github-client-secret", github.clientSecret).grantRead(identity);
  }

  #openPorts({ tls, allowFrom = [] }: SingleVmProps<P>): void {
    const challengeFromAnywhere = tls?.kind === "acme";
    for (const cidr of new Set(allowFrom)) {
      if (tls) this.machine.allowFrom(cidr, 443);
      if (!challengeFromAnywhere) this.machine.allowFrom(cidr, 80);
    }
    // Let's Encrypt calls from addresses that it does not publish; behind port 80 is only its challenge and a redirect.
    if (challengeFromAnywhere) this.machine.allowFrom("0.0.0.0/0", 80);
    // Packages over 80; images, the cloud's own services and git hosts over 443.
    for (const port of [80, 443]) this.machine.allowTo("0.0.0.0/0", port);
  }
}

const DATA_PROPS = ["database", "redis", "objectStore", "databaseVersion", "readReplica"] as const;

function refuseWhatCannotWork<P extends Parts>(scope: Construct, props: SingleVmProps<P>): void {
  // Also from JavaScript and settings files, which the types do not reach.
  const { machineCount, loadBalancer }: { machineCount?: unknown; loadBalancer?: unknown } = props;
  if ((machineCount !== undefined && machineCount !== 1) || loadBalancer !== undefined) {
    const what =
      loadBalancer === undefined ? "'machineCount' must be 1" : "'loadBalancer' has no place before a single machine";
    const fix = "each machine has a proxy of its own, so several behind a load balancer do not work; use LoadBalanced";
    throw new CoverstackError({ what, given: machineCount, fix }, scope);
  }
  checkService(scope, props);
  const { hostname, tls, dataDiskGb = DATA_DISK_GB, managedServices } = props;
  if (tls && hostname === undefined) {
    const fix = "add 'hostname': a certificate is for a name";
    throw new CoverstackError({ what: "'tls' needs a hostname", fix }, scope);
  }
  checkWhole(dataDiskGb, "dataDiskGb", { unit: "GB", least: 20, most: 16_384 }, scope);
  const idle = managedServices ? undefined : DATA_PROPS.find((name) => props[name] !== undefined);
  if (idle) {
    const fix = "set 'managedServices: true', or leave it out";
    throw new CoverstackError({ what: `'${idle}' is for managed services, and this machine has its own`, fix }, scope);
  }
}

function warn<P extends Parts>(scope: Construct, props: SingleVmProps<P>, capacity: Capacity): void {
  const annotations = Annotations.of(scope);
  annotations.addWarning(
    props.managedServices
      ? "one machine: while it is down or replaced, nobody is served; move to LoadBalanced when that matters"
      : "for trials only: database, uploads and queue live on one machine's disk, and losing it loses them; set 'managedServices' or move to LoadBalanced for anything that must last",
  );
  if (!props.tls) {
    annotations.addWarning(
      "plain HTTP: upload tokens travel readable; set 'hostname' and 'tls': Tls.acme(EMAIL) or Tls.fromSecret(SECRET), in a settings file { acme: { email: EMAIL } } or { secret: ID }",
    );
  }
  warnOfAccess(scope, props);
  if (capacity.reportsPerMinute > MOST_ON_ONE_MACHINE) {
    annotations.addWarning(
      `${capacity.reportsPerMinute} reports per minute are beyond what one machine is meant for (${MOST_ON_ONE_MACHINE}); watch the queue or use LoadBalanced`,
    );
  }
}
