import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { ITerraformDependable } from "cdktf";

/** The Google APIs that parts call; each has to be on in the project. */
export type GoogleApi =
  | "artifactregistry"
  | "cloudkms"
  | "cloudresourcemanager"
  | "compute"
  | "container"
  | "containerscanning"
  | "dns"
  | "iam"
  | "iap"
  | "redis"
  | "secretmanager"
  | "servicenetworking"
  | "sqladmin"
  | "storage";

/** One region of one project, as its parts see it. */
export interface GcpProject {
  readonly provider: GoogleProvider;
  /** The project's id. */
  readonly project: string;
  readonly region: string;
  /** What has to be there before a resource of these APIs can be. */
  apis(...names: readonly GoogleApi[]): ITerraformDependable[];
}
