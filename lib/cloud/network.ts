import type { IConstruct } from "constructs";

/** Where machines live. Each cloud adds what its machines need to know; made by a strategy or brought along. */
export interface Network extends IConstruct {}

export interface NetworkProps {
  /** Private range. @default 10.0.0.0/16 */
  readonly cidr?: string;
}
