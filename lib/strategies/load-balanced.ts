import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { Cloud, Parts } from "../cloud/cloud.js";
import { CoverstackError } from "../errors.js";
import type { DeepPartial } from "../merge.js";
import { Capacity } from "../workload/capacity.js";
import { GROUP_PORT, type GroupPlan, type GroupRoles, groupMachine, planGroup } from "../workload/group-machine.js";
import type { PeakHours } from "../workload/peak-hours.js";
import { CARE, type Profile } from "../workload/profile.js";
import { MOST_LOAD_BALANCED } from "../workload/recommendation.js";
import type { ComposeFile } from "../workload/rendering/compose.js";
import { machineBoot } from "../workload/rendering/machine-boot.js";
import { HEALTH_PATH, LIVE_PATH } from "../workload/roles.js";
import { SERVICE_SECRETS, type Service, type SettingsOverrides, service } from "../workload/service.js";
import { Data, type DataProps } from "./data.js";
import { checkPublic, type PublicProps } from "./public-props.js";
import { type PulledImage, pulledImage } from "./pulled-image.js";
import { checkService, output, type ServiceProps, warnOfAccess } from "./service-props.js";

export interface LoadBalancedProps<P extends Parts = Parts> extends ServiceProps, PublicProps, DataProps<P> {
  readonly cloud: Cloud<P>;
  /** Whether web and worker share machines. Apart, the worker's machines let nothing in at all. @default together */
  readonly roles?: "together" | "apart" | undefined;
  /** @default production */
  readonly profile?: Profile | undefined;
  /** A network that is there already. @default a new one with public and private subnets */
  readonly network?: P["network"] | undefined;
  /** Availability zones to spread over, 2 or 3. @default 2 */
  readonly zones?: 2 | 3 | undefined;
  /** Fewest and most machines of each group, where the capacity's own plan does not fit. @default worked out */
  readonly machines?:
    | Partial<Record<GroupName, { readonly min?: number | undefined; readonly max?: number | undefined } | undefined>>
    | undefined;
  /** Average CPU above which a machine is added, percent, 10 to 95. @default 80 */
  readonly targetCpuPercent?: number | undefined;
  /** Hours in which more machines run from the start. @default none */
  readonly peakHours?: PeakHours | undefined;
  /** Laid over what is rendered, key by key: for what no prop covers. @default none */
  readonly overrides?:
    | {
        /** Over each group's `docker-compose.yml`. */
        readonly compose?: DeepPartial<ComposeFile> | undefined;
        readonly settings?: SettingsOverrides | undefined;
      }
    | undefined;
}

/** `machines` have both roles; `web` and `worker` are there when the roles are apart. */
export type GroupName = "machines" | "web" | "worker";

const GROUPS: Readonly<Record<"together" | "apart", Partial<Record<GroupName, GroupRoles>>>> = {
  together: { machines: ["web", "worker"] },
  apart: { web: ["web"], worker: ["worker"] },
};

/** An upload may take as long as this. */
const REQUEST_SECONDS = 600;
/** Longer than the longest stop of a container. */
const DRAIN_SECONDS = 120;
/** Until packages are installed, images pulled and the database migrated. */
const START_SECONDS = 600;

/**
 * Strategy II: equal machines behind a load balancer, with database, queue and object store as services of the cloud.
 * Any machine may fail; the one for most teams.
 *
 * @throws CoverstackError on input that cannot work
 */
export class LoadBalanced<P extends Parts = Parts> extends Construct {
  readonly network: P["network"];
  readonly loadBalancer: P["loadBalancer"];
  /** By name: `machines`, or `web` and `worker`. */
  readonly groups: Readonly<Partial<Record<GroupName, P["machineGroup"]>>>;
  /** Holds, in the field `upload_token`, the token that every repository may upload with. */
  readonly secret: P["secret"];
  /** The managed parts; undefined where plain data was given. */
  readonly database: P["database"] | undefined;
  readonly redis: P["redis"] | undefined;
  readonly objectStore: P["objectStore"] | undefined;
  readonly capacity: Capacity;
  /** Where the service is reached. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: LoadBalancedProps<P>) {
    super(scope, id);
    refuseWhatCannotWork(this, props);
    const { cloud, hostname, profile = "production", allowFrom = [] } = props;
    const tls = checkPublic(this, props);
    const { protect } = CARE[profile];
    this.capacity = props.capacity ?? Capacity.forReportsPerMinute(25);
    this.network = props.network ?? cloud.network(this, "network", { zones: props.zones ?? 2, reach: "private" });
    const { network, capacity } = this;
    this.secret = cloud.secret(this, "secret", { generate: SERVICE_SECRETS });
    const data = new Data(this, cloud, { ...props, network, capacity, profile });
    this.database = data.database;
    this.redis = data.redis;
    this.objectStore = data.objectStore;
    const image = pulledImage(this, cloud, props.image);
    this.loadBalancer = cloud.loadBalancer(this, "load-balancer", {
      network,
      hostname,
      tls,
      allowFrom: [...new Set(allowFrom)],
      requestSeconds: REQUEST_SECONDS,
      protect,
    });
    this.url = `${tls ? "https" : "http"}://${hostname ?? this.loadBalancer.address}`;
    const told = service({
      url: this.url,
      openAccess: props.openAccess ?? true,
      github: props.github,
      secret: this.secret.secretId,
      ...data.access,
      overrides: props.overrides?.settings,
    });
    const named = Object.entries(GROUPS[props.roles ?? "together"]) as [GroupName, GroupRoles][];
    this.groups = Object.fromEntries(
      named.map(([name, roles]) => [name, this.#group(name, roles, props, { told, image, data })]),
    );
    warn(this, props, capacity);
    output(this, "url", this.url, "where the service is reached");
    output(this, "address", this.loadBalancer.address, "the load balancer's; point the hostname here");
    output(this, "secret", this.secret.secretId, "holds the global upload token in the field upload_token");
  }

  #group(
    name: GroupName,
    roles: GroupRoles,
    props: LoadBalancedProps<P>,
    { told, image, data }: { readonly told: Service; readonly image: PulledImage<P>; readonly data: Data<P> },
  ): P["machineGroup"] {
    const { cloud, github } = props;
    const plan = this.#plan(name, roles, props);
    const serves = plan.processes.web > 0;
    const workload = groupMachine({
      image: image.reference,
      service: told,
      registries: image.logins,
      plan,
      overrides: props.overrides?.compose,
    });
    const group = cloud.machineGroup(this, name, {
      network: this.network,
      size: plan.machine,
      machines: plan.machines,
      targetCpuPercent: props.targetCpuPercent ?? 80,
      peakHours: props.peakHours,
      drainSeconds: DRAIN_SECONDS,
      startSeconds: START_SECONDS,
      health: serves ? { port: GROUP_PORT, path: LIVE_PATH } : undefined,
      boot: (facts) => machineBoot(workload, facts),
    });
    this.secret.grantRead(group.identity);
    image.grantPull(group.identity);
    if (github) this.#githubSecret(cloud, github.clientSecret).grantRead(group.identity);
    data.grant(group.identity);
    data.allowFrom(group);
    if (serves) {
      this.loadBalancer.addTarget(group, { port: GROUP_PORT, healthPath: HEALTH_PATH, drainSeconds: DRAIN_SECONDS });
    }
    return group;
  }

  #plan(name: GroupName, roles: GroupRoles, { machines, profile = "production" }: LoadBalancedProps<P>): GroupPlan {
    const plan = planGroup(roles, this.capacity, CARE[profile].spare);
    const { min = plan.machines.min, max = Math.max(plan.machines.max, min) } = machines?.[name] ?? {};
    if (!(Number.isInteger(min) && Number.isInteger(max) && min >= 1 && max >= min)) {
      throw new CoverstackError(
        {
          what: `'machines.${name}' must say how few and how many`,
          given: { min, max },
          allowed: "whole numbers, min at least 1, max at least min",
        },
        this,
      );
    }
    return { ...plan, machines: { min, max } };
  }

  #githubSecret(cloud: Cloud<P>, reference: NonNullable<LoadBalancedProps<P>["github"]>["clientSecret"]) {
    const id = "github-client-secret";
    return (this.node.tryFindChild(id) as P["secret"] | undefined) ?? cloud.existingSecret(this, id, reference);
  }
}

function refuseWhatCannotWork<P extends Parts>(scope: Construct, props: LoadBalancedProps<P>): void {
  checkService(scope, props);
  const { zones, roles = "together", machines = {}, targetCpuPercent = 80 } = props;
  if (zones !== undefined && zones !== 2 && zones !== 3) {
    throw new CoverstackError({ what: "'zones' is out of range", given: zones, allowed: "2 or 3" }, scope);
  }
  const named = Object.keys(machines).filter((name) => machines[name as GroupName] !== undefined);
  const unknown = named.find((name) => !(name in GROUPS[roles]));
  if (unknown !== undefined) {
    const allowed = `${Object.keys(GROUPS[roles]).join(", ")} with the roles ${roles}`;
    throw new CoverstackError({ what: "'machines' names a group that is not there", given: unknown, allowed }, scope);
  }
  checkWhole(targetCpuPercent, "targetCpuPercent", { unit: "percent", least: 10, most: 95 }, scope);
}

function warn<P extends Parts>(scope: Construct, props: LoadBalancedProps<P>, capacity: Capacity): void {
  if (props.plainHttp) {
    Annotations.of(scope).addWarning("plain HTTP: upload tokens travel readable; set 'certificate' or 'dnsZone'");
  }
  if (capacity.reportsPerMinute > MOST_LOAD_BALANCED) {
    Annotations.of(scope).addWarning(
      `${capacity.reportsPerMinute} reports per minute are beyond what machines behind a load balancer are meant for (${MOST_LOAD_BALANCED}); watch the queue or use KubernetesPlatform`,
    );
  }
  if (props.profile === "trial") {
    Annotations.of(scope).addWarning("the trial profile: data can be destroyed, and no machine is to spare");
  }
  warnOfAccess(scope, props);
}
