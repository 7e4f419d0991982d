import type { ITerraformDependable } from "cdktf";
import type { IConstruct } from "constructs";

/** Who a machine, or a pod, is to the cloud. It may do nothing until a part grants it something. */
export interface Identity extends IConstruct {
  /** Machines that run under this identity start only when these are there: grants, and the values behind them. */
  startAfter(...dependencies: readonly ITerraformDependable[]): void;
}

/** Where traffic comes from: a machine, a group of machines, or a cluster's nodes. */
export interface TrafficSource extends IConstruct {}
