import { lcov as format } from "#service/formats/lcov.js";
import { ExpectedTotals, type ModelFile, scattered } from "../model.js";
import type { ParseBench } from "../parse.js";
import { lcovPeers } from "../peers.js";
import { generate } from "./generate.js";

/** LCOV tracefiles: 10,000 files are about 55 MB. */
export const lcov: ParseBench = {
  format,
  generate: (path, files) => generate(path, files, new ExpectedTotals(true), rendering),
  generateScattered: (path, files) =>
    generate(path, files, new ExpectedTotals(true), { ...rendering, nameOf: scattered }),
  files: 10_000,
  peers: lcovPeers,
  floors: { read: ">= 0.40", peer: ">= 15" },
};

const rendering = { head: "", tail: "", render: lcovRecord };

/** One file of a tracefile. */
export function lcovRecord({ path, lines }: ModelFile): string {
  const functions = lines.filter(({ isFunction }) => isFunction);
  const parts = [`TN:\nSF:${path}\n`];
  for (const { line } of functions) parts.push(`FN:${line},functionOnLine${line}\n`);
  for (const { line, hits } of functions) parts.push(`FNDA:${hits},functionOnLine${line}\n`);
  parts.push(`FNF:${functions.length}\nFNH:${functions.filter(({ hits }) => hits > 0).length}\n`);
  let block = 0;
  for (const { line, hits, branches } of lines) {
    for (let branch = 0; branch < branches.length; branch++) {
      parts.push(`BRDA:${line},${block},${branch},${hits === 0 ? "-" : branches[branch]}\n`);
    }
    if (branches.length > 0) block++;
  }
  parts.push(`BRF:${block}\n`);
  for (const { line, hits } of lines) parts.push(`DA:${line},${hits}\n`);
  parts.push(`LF:${lines.length}\nLH:${lines.filter(({ hits }) => hits > 0).length}\nend_of_record\n`);
  return parts.join("");
}
