import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { Endpoint, Reach } from "../workload/endpoint.js";
import type { SecretReference } from "../workload/secret-reference.js";
import { type SecretVariable, secretText } from "../workload/secret-text.js";
import type { ObjectStoreSettings } from "../workload/service-settings.js";
import type { Identity, TrafficSource } from "./identity.js";
import type { Network } from "./network.js";

/** A private bucket for uploads and reports: versioned, encrypted, never public. */
export interface ObjectStore<I extends Identity = Identity> extends IConstruct {
  /** The service's settings for it; they hold no secret, since identities reach it as themselves. */
  readonly settings: ObjectStoreSettings;
  /** Lets this identity list, read, write and delete objects of this one bucket. */
  grantReadWrite(identity: I): void;
  /** Where the bucket is reached through the network: opens the way. Elsewhere nothing. */
  allowFrom(source: TrafficSource): void;
}

export interface ObjectStoreProps<N extends Network = Network> {
  /** From which it is reached, where that takes more than an identity. */
  readonly network: N;
  /** Days after which replaced and deleted versions are gone. */
  readonly keepVersionsDays: number;
  /** Whether Terraform refuses to destroy it; otherwise it goes with everything in it. */
  readonly protect: boolean;
}

export interface S3StoreProps {
  /** Name or address under which machines reach it. */
  readonly host: string;
  /** @default 443 */
  readonly port?: number | undefined;
  readonly bucket: string;
  /** @default us-east-1, which most S3-compatible servers go by */
  readonly region?: string | undefined;
  /** A secret with the fields `access_key_id` and `secret_access_key`. */
  readonly credentials: SecretReference;
  /** Whether it is reached over HTTPS. @default true */
  readonly verifySsl?: boolean | undefined;
  /** The range in which its address lies. @default any */
  readonly cidr?: string | undefined;
}

export interface MinioProps extends Omit<S3StoreProps, "host" | "port"> {
  /** The hosts that have MinIO and your disks. */
  readonly hosts: readonly string[];
  /** @default 9000 */
  readonly port?: number | undefined;
  /** The balancer in front of them: needed for more than one. @default the one host */
  readonly balancer?: string | undefined;
}

/** An S3-compatible store that is there already. */
export class S3Store {
  static at({ credentials, verifySsl = true, ...props }: S3StoreProps): S3Store {
    credentials.mustBeWhole("access_key_id and secret_access_key");
    const { host, port = 443, bucket, region = "us-east-1", cidr = "0.0.0.0/0" } = props;
    const settings = { host, port, bucket, region, verify_ssl: verifySsl, ...KEYS };
    return new S3Store({ chosen_storage: "minio", minio: settings }, { cidr, port }, credentials);
  }

  /**
   * MinIO on hosts of your own, with your own disks.
   *
   * @throws CoverstackError for several hosts without a balancer in front of them (II3)
   */
  static minio({ hosts, balancer, port = 9000, ...props }: MinioProps): S3Store {
    if (hosts.length === 0) throw new CoverstackError({ what: "'hosts' must name at least one host", given: hosts });
    if (hosts.length > 1 && balancer === undefined) {
      throw new CoverstackError({
        what: "several MinIO hosts need a load balancer in front of them",
        given: hosts,
        fix: "name it in 'balancer', or give one host",
      });
    }
    return S3Store.at({ ...props, host: balancer ?? hosts[0], port });
  }

  private constructor(
    readonly settings: ObjectStoreSettings,
    readonly reach: Reach,
    readonly credentials: SecretReference,
  ) {}

  get secrets(): Endpoint["secrets"] {
    const secret = this.credentials.id;
    return [
      { ...ACCESS_KEY, secret, key: "access_key_id" },
      { ...SECRET_KEY, secret, key: "secret_access_key" },
    ];
  }
}

const ACCESS_KEY: SecretVariable = { variable: "COVERSTACK_ARCHIVE_ACCESS_KEY" };
const SECRET_KEY: SecretVariable = { variable: "COVERSTACK_ARCHIVE_SECRET_KEY" };
const KEYS = { access_key_id: secretText`${ACCESS_KEY}`, secret_access_key: secretText`${SECRET_KEY}` };
