import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The folder of the compiled library and app. Refuses one that is older than what it was compiled from. */
export function built(): string {
  const dist = join(process.cwd(), "dist");
  for (const part of ["lib", "stacks"]) {
    const compiled = newest(join(dist, part), /\.js$|\.tsbuildinfo$/);
    if (compiled < newest(join(process.cwd(), part), /\.ts$/)) {
      throw new Error(`dist/${part} is older than ${part}: run npx tsc -b lib stacks first`);
    }
  }
  return dist;
}

function newest(folder: string, pattern: RegExp): number {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => pattern.test(name));
    return Math.max(0, ...names.map((name) => statSync(join(folder, name)).mtimeMs));
  } catch {
    return 0;
  }
}
