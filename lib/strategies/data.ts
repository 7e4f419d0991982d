import type { Construct } from "constructs";
import type { Cloud, Parts } from "../cloud/cloud.js";
import type { Postgres } from "../cloud/database.js";
import type { TrafficSource } from "../cloud/identity.js";
import type { S3Store } from "../cloud/object-store.js";
import type { RedisServer } from "../cloud/redis.js";
import type { Secret } from "../cloud/secret.js";
import type { Capacity } from "../workload/capacity.js";
import type { Endpoint, Reach } from "../workload/endpoint.js";
import { CARE, type Profile } from "../workload/profile.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { ServiceOptions } from "../workload/service.js";
import { onOneLine } from "./service-props.js";

/** Managed database, queue and object store, each made or brought along. */
export interface DataProps<P extends Parts = Parts> {
  /** @default a managed PostgreSQL with a standby */
  readonly database?: P["database"] | Postgres | undefined;
  /** @default a managed Redis with a replica */
  readonly redis?: P["redis"] | RedisServer | undefined;
  /** @default a bucket of the cloud */
  readonly objectStore?: P["objectStore"] | S3Store | undefined;
  /** PostgreSQL's major version. @default 17 */
  readonly databaseVersion?: string | undefined;
  /** A copy of the database that can be read (F22). @default false */
  readonly readReplica?: boolean | undefined;
}

/** A part that keeps data, as its users see it. */
interface Store<S> {
  readonly settings: S;
  readonly secrets: readonly Secret[];
  /** Where a server that was brought along is reached; one of the cloud is reached by relation. */
  readonly reach?: Reach | undefined;
  readonly part?: { allowFrom(source: TrafficSource): void } | undefined;
}

/** Whoever opens connections. */
type Client = TrafficSource & { allowTo?(cidr: string, port: number): void };

/**
 * What must outlive every machine. The parts are children of the strategy's own construct, under the same ids in every
 * strategy, so that moving from one strategy to another leaves them where they are (G3).
 */
export class Data<P extends Parts = Parts> {
  /** The parts that were made, or given as constructs. */
  readonly database: P["database"] | undefined;
  readonly redis: P["redis"] | undefined;
  readonly objectStore: P["objectStore"] | undefined;
  readonly #database: Store<Endpoint>;
  readonly #redis: Store<Endpoint>;
  readonly #objectStore: Store<ServiceOptions["objectStore"]>;

  constructor(
    private readonly scope: Construct,
    private readonly cloud: Cloud<P>,
    props: DataProps<P> & { readonly network: P["network"]; readonly capacity: Capacity; readonly profile: Profile },
  ) {
    const { database, redis, objectStore } = props;
    this.database = database === undefined ? this.#makeDatabase(props) : isPart(database) ? database : undefined;
    this.#database = this.#server("database-url", this.database, database);
    this.redis = redis === undefined ? this.#makeRedis(props) : isPart(redis) ? redis : undefined;
    this.#redis = this.#server("redis-url", this.redis, redis);
    this.objectStore =
      objectStore === undefined ? this.#makeObjectStore(props) : isPart(objectStore) ? objectStore : undefined;
    this.#objectStore = this.#store(this.objectStore, objectStore);
  }

  /** What the service is told of them. */
  get access(): Pick<ServiceOptions, "database" | "redis" | "objectStore"> {
    return {
      database: onOneLine(this.#database.settings),
      redis: onOneLine(this.#redis.settings),
      objectStore: this.#objectStore.settings,
    };
  }

  /** Where database and queue are, for network policies. */
  get reaches(): readonly Reach[] {
    const { reach } = this.#objectStore;
    return [this.#database.settings.reach, this.#redis.settings.reach, ...(reach ? [reach] : [])];
  }

  /** Lets this identity read the passwords, and objects where they go by identity. */
  grant(identity: P["identity"]): void {
    for (const { secrets } of this.#stores) for (const secret of secrets) secret.grantRead(identity);
    this.objectStore?.grantReadWrite(identity);
  }

  /** Opens the way from this client to all three. */
  allowFrom(client: Client): void {
    for (const { part, reach } of this.#stores) {
      part?.allowFrom(client);
      if (reach) client.allowTo?.(reach.cidr, reach.port);
    }
  }

  get #stores(): readonly Store<unknown>[] {
    return [this.#database, this.#redis, this.#objectStore];
  }

  #makeDatabase(props: ConstructorParameters<typeof Data<P>>[2]): P["database"] {
    const { network, capacity, profile, databaseVersion, readReplica } = props;
    const { protect, backupDays } = CARE[profile];
    return this.cloud.database(this.scope, "database", {
      network,
      ...capacity.database,
      version: databaseVersion,
      highAvailability: true,
      backupDays,
      protect,
      readReplica,
    });
  }

  #makeRedis({ network, capacity, profile }: ConstructorParameters<typeof Data<P>>[2]): P["redis"] {
    const { protect } = CARE[profile];
    return this.cloud.redis(this.scope, "redis", {
      network,
      memoryGb: capacity.redisGb,
      highAvailability: true,
      protect,
    });
  }

  #makeObjectStore({ network, profile }: ConstructorParameters<typeof Data<P>>[2]): P["objectStore"] {
    const { protect, keepVersionsDays } = CARE[profile];
    return this.cloud.objectStore(this.scope, "object-store", { network, protect, keepVersionsDays });
  }

  #server(
    id: string,
    part: P["database"] | P["redis"] | undefined,
    brought: DataProps<P>["database"] | DataProps<P>["redis"],
  ): Store<Endpoint> {
    if (part) return { settings: part.endpoint, secrets: [part.secret], part };
    const { endpoint, url } = brought as Postgres | RedisServer;
    return { settings: endpoint, secrets: [this.#existing(id, url)], reach: endpoint.reach };
  }

  #store(
    part: P["objectStore"] | undefined,
    brought: DataProps<P>["objectStore"],
  ): Store<ServiceOptions["objectStore"]> {
    if (part) return { settings: { settings: part.settings, secrets: [] }, secrets: [], part };
    const { settings, secrets, credentials, reach } = brought as S3Store;
    const keys = this.#existing("object-store-keys", credentials);
    return { settings: { settings, secrets }, secrets: [keys], reach };
  }

  #existing(id: string, reference: SecretReference): Secret {
    return this.cloud.existingSecret(this.scope, id, reference);
  }
}

/** Whether it is a construct of the cloud; what was brought along is plain data. */
function isPart<T extends { allowFrom(source: TrafficSource): void }>(given: T | object): given is T {
  return "allowFrom" in given;
}
