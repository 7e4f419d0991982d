import { Random } from "../bench/random.js";
import { mutate } from "./mutate.js";
import type { Target } from "./targets.js";

export interface Input {
  readonly bytes: Buffer;
  /** Decides how the input is read, as it decided what the input is. */
  readonly random: Random;
}

/**
 * The input that a seed makes for a target. Each input has a seed of its own, so that one that fails can be had again
 * without those before it.
 * @param all samples of every target, of which parts get into the input
 */
export function makeInput({ samples }: Target, seed: number, all: readonly Buffer[]): Input {
  const random = new Random(scattered(seed));
  const others = random.chance(50) ? samples : all;
  const sample = samples[random.below(samples.length)];
  return { bytes: mutate(sample, random, others), random };
}

/** Seeds that follow each other begin sequences that have nothing in common: Murmur3's last step. */
function scattered(seed: number): number {
  let bits = seed | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
