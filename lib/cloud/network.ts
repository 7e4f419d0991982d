import type { IConstruct } from "constructs";

/** Where everything lives. Each cloud adds what its parts need to know; made by a strategy or brought along. */
export interface Network extends IConstruct {}

export interface NetworkProps {
  /** Private range, a /16 to /20. @default 10.0.0.0/16 */
  readonly cidr?: string | undefined;
  /** Availability zones to spread over, 1 to 3. More can be added later without touching the first. @default 1 */
  readonly zones?: number | undefined;
  /** What lives in the network beside public machines. @default public */
  readonly reach?: NetworkReach | undefined;
}

/**
 * - `public`: machines with public addresses alone
 * - `data`: besides, private subnets for managed databases and queues, which never call out
 * - `private`: besides, private subnets whose machines call out through an address translator
 *
 * Each adds to the one before it and takes nothing away.
 */
export type NetworkReach = "public" | "data" | "private";
