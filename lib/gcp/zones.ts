/** The two regions without a zone `a`. */
const WITHOUT_ZONE_A: readonly string[] = ["europe-west1", "us-east1"];

/**
 * Three zones of a region, always in the same order. They are known without asking Google, so that a zone which opens
 * later moves nothing.
 */
export function zonesOf(region: string): readonly string[] {
  const third = WITHOUT_ZONE_A.includes(region) ? "d" : "a";
  return ["b", "c", third].map((zone) => `${region}-${zone}`);
}
