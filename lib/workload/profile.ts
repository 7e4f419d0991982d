/**
 * - `trial`: can be taken down with everything in it, and runs without a spare
 * - `production`: nothing that holds data can be destroyed by mistake, and any one machine may fail
 *
 * What is hard to change later is the same in both: encryption, private networks, a database with a standby.
 */
export type Profile = "trial" | "production";

/** How careful each profile is. */
export interface Care {
  /** Whether cloud and Terraform refuse to delete what holds data. */
  readonly protect: boolean;
  /** Whether more runs than the load needs, so that one may fail. */
  readonly spare: boolean;
  readonly backupDays: number;
  readonly keepVersionsDays: number;
}

export const CARE: Readonly<Record<Profile, Care>> = {
  trial: { protect: false, spare: false, backupDays: 7, keepVersionsDays: 7 },
  production: { protect: true, spare: true, backupDays: 14, keepVersionsDays: 30 },
};
