import type { IConstruct } from "constructs";
import type { ObjectStoreSettings } from "../workload/service-settings.js";
import type { Identity, TrafficSource } from "./identity.js";

/** A private bucket for uploads and reports: versioned, encrypted, never public. */
export interface ObjectStore<I extends Identity = Identity> extends IConstruct {
  /** The service's settings for it; they hold no secret, since identities reach it as themselves. */
  readonly settings: ObjectStoreSettings;
  /** Lets this identity list, read, write and delete objects of this one bucket. */
  grantReadWrite(identity: I): void;
  /** Where the bucket is reached through the network: opens the way. Elsewhere nothing. */
  allowFrom(source: TrafficSource): void;
}

export interface ObjectStoreProps {
  /** Days after which replaced and deleted versions are gone. */
  readonly keepVersionsDays: number;
  /** Whether Terraform refuses to destroy it; otherwise it goes with everything in it. */
  readonly protect: boolean;
}
