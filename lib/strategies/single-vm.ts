import { Annotations, TerraformOutput, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { checkCidr, isEverywhere } from "../cloud/cidr.js";
import type { Cloud } from "../cloud/cloud.js";
import type { Machine } from "../cloud/machine.js";
import type { Network } from "../cloud/network.js";
import type { Secret } from "../cloud/secret.js";
import { CoverstackError } from "../errors.js";
import { Capacity } from "../workload/capacity.js";
import { singleMachineBoot } from "../workload/rendering/single-machine-boot.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { ServiceImage } from "../workload/service-image.js";
import {
  GENERATED_SECRETS,
  type GithubApp,
  type SingleMachine,
  type SingleMachineOverrides,
  singleMachine,
} from "../workload/single-machine.js";
import type { Tls } from "../workload/tls.js";

export interface SingleVmProps<N extends Network = Network, M extends Machine = Machine> {
  readonly cloud: Cloud<N, M>;
  readonly image: ServiceImage;
  /** The DNS name under which people and CI reach the service; point it at `address`. @default the address itself */
  readonly hostname?: string | undefined;
  /** HTTPS, and HTTP only to redirect. @default plain HTTP, with a warning */
  readonly tls?: Tls | undefined;
  /** Ranges that reach the service. @default none, with a warning */
  readonly allowFrom?: readonly string[] | undefined;
  /** Whether whoever gets past `allowFrom` reads pages and API without signing in. @default true */
  readonly openAccess?: boolean | undefined;
  /** @default for 25 reports per minute: 2 web and 3 worker containers on an n1-standard-8 */
  readonly capacity?: Capacity | undefined;
  /** OAuth app of GitHub. @default none */
  readonly github?: GithubApp | undefined;
  /** A network that is there already. @default a new one with one public subnet */
  readonly network?: N | undefined;
  /** For database, queue, uploads and images, GB. @default 100 */
  readonly dataDiskGb?: number | undefined;
  /** Whether Terraform refuses to destroy the data disk. @default false: a trial can be removed; a snapshot remains */
  readonly protectData?: boolean | undefined;
  /** Laid over the compose file and the service's settings, key by key. @default none */
  readonly overrides?: SingleMachineOverrides | undefined;
  /** One. More machines, each with a proxy of its own, would not work together. */
  readonly machineCount?: 1 | undefined;
  /** None, for the same reason. */
  readonly loadBalancer?: undefined;
}

/**
 * Strategy I: the whole service on one machine, with Docker Compose and no other service of the cloud. Minutes to set
 * up and for trials only: the data is on that one machine's disk.
 *
 * @throws CoverstackError on input that cannot work
 */
export class SingleVm<N extends Network = Network, M extends Machine = Machine> extends Construct {
  readonly network: N;
  readonly machine: M;
  /** Holds the generated passwords and, in the field `upload_token`, the token that every repository may upload with. */
  readonly secret: Secret<M>;
  readonly capacity: Capacity;
  /** Where the service is reached. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: SingleVmProps<N, M>) {
    super(scope, id);
    const { cloud, tls, hostname } = props;
    refuseWhatCannotWork(this, props);
    this.capacity = props.capacity ?? Capacity.forReportsPerMinute(25);
    this.network = props.network ?? cloud.network(this, "network");
    this.secret = cloud.secret(this, "secret", { generate: GENERATED_SECRETS });
    let url = "";
    this.machine = cloud.machine(this, "machine", {
      network: this.network,
      size: this.capacity.largestMachine,
      dataDisk: { sizeGb: props.dataDiskGb ?? 100, protect: props.protectData ?? false },
      boot: (facts, address) => {
        url = `${tls ? "https" : "http"}://${hostname ?? address}`;
        return singleMachineBoot(this.#workload(props, url), facts);
      },
    });
    this.url = url;
    this.secret.grantRead(this.machine);
    this.#readExistingSecrets(props);
    this.#openPorts(props);
    warn(this, props, this.capacity);
    this.#output("url", this.url, "where the service is reached");
    this.#output("address", this.machine.address, "public address; point the hostname here");
    this.#output("secret", this.secret.secretId, "holds the global upload token in the field upload_token");
  }

  #workload(props: SingleVmProps<N, M>, url: string): SingleMachine {
    return singleMachine({
      image: props.image,
      url,
      hostname: props.hostname,
      openAccess: props.openAccess ?? true,
      capacity: this.capacity,
      tls: props.tls,
      github: props.github,
      generatedSecret: this.secret.secretId,
      overrides: props.overrides,
    });
  }

  #readExistingSecrets({ cloud, image, tls, github }: SingleVmProps<N, M>): void {
    const references: Record<string, SecretReference | undefined> = {
      "registry-credentials": image.credentials,
      certificate: tls?.kind === "secret" ? tls.secret : undefined,
      "github-client-secret": github?.clientSecret,
    };
    for (const [id, reference] of Object.entries(references)) {
      if (reference) cloud.existingSecret(this, id, reference).grantRead(this.machine);
    }
  }

  #openPorts({ tls, allowFrom = [] }: SingleVmProps<N, M>): void {
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

  #output(name: string, value: string, description: string): void {
    const path = this.node.path.slice(TerraformStack.of(this).node.path.length + 1).replace(/[^\w]+/g, "_");
    new TerraformOutput(this, `${name}-output`, { value, description }).overrideLogicalId(`${path}_${name}`);
  }
}

const HOSTNAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;

function refuseWhatCannotWork<N extends Network, M extends Machine>(
  scope: Construct,
  props: SingleVmProps<N, M>,
): void {
  // Also from JavaScript and settings files, which the types do not reach.
  const { machineCount, loadBalancer }: { machineCount?: unknown; loadBalancer?: unknown } = props;
  if ((machineCount !== undefined && machineCount !== 1) || loadBalancer !== undefined) {
    const what =
      loadBalancer === undefined ? "'machineCount' must be 1" : "'loadBalancer' has no place before a single machine";
    const fix =
      "each machine has a proxy and a database of its own, so several behind a load balancer do not work; use LoadBalanced";
    throw new CoverstackError({ what, given: machineCount, fix }, scope);
  }
  const { hostname, tls, dataDiskGb, allowFrom = [] } = props;
  if (hostname !== undefined && !Token.isUnresolved(hostname) && !HOSTNAME.test(hostname)) {
    const allowed = "a DNS name such as coverage.example.com, without scheme, port or path";
    throw new CoverstackError({ what: "'hostname' must be a DNS name", given: hostname, allowed }, scope);
  }
  if (tls && hostname === undefined) {
    const fix = "add 'hostname': a certificate is for a name";
    throw new CoverstackError({ what: "'tls' needs a hostname", fix }, scope);
  }
  if (dataDiskGb !== undefined && !(Number.isInteger(dataDiskGb) && dataDiskGb >= 20 && dataDiskGb <= 16_384)) {
    const allowed = "a whole number of GB, 20 to 16384";
    throw new CoverstackError({ what: "'dataDiskGb' is out of range", given: dataDiskGb, allowed }, scope);
  }
  for (const cidr of allowFrom) checkCidr(cidr, "allowFrom", scope);
}

function warn<N extends Network, M extends Machine>(
  scope: Construct,
  props: SingleVmProps<N, M>,
  capacity: Capacity,
): void {
  const { tls, allowFrom = [], openAccess = true } = props;
  const annotations = Annotations.of(scope);
  annotations.addWarning(
    "for trials only: database, uploads and queue live on one machine's disk, and losing it loses them; move to LoadBalanced for anything that must last",
  );
  if (!tls) {
    annotations.addWarning(
      "plain HTTP: upload tokens travel readable; set 'hostname' and 'tls' (Tls.acme or Tls.fromSecret)",
    );
  }
  if (allowFrom.length === 0) {
    annotations.addWarning("nobody can reach the service: list the ranges of your people and CI in 'allowFrom'");
  }
  if (openAccess && allowFrom.some(isEverywhere)) {
    annotations.addWarning("open to the internet without sign-in: anyone reads all reports; narrow 'allowFrom'");
  }
  if (capacity.reportsPerMinute > 25) {
    annotations.addWarning(
      `${capacity.reportsPerMinute} reports per minute are beyond what one machine is meant for (25); watch the queue or use LoadBalanced`,
    );
  }
}
