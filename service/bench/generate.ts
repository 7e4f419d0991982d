import { closeSync, openSync, writeSync } from "node:fs";
import type { Totals } from "#service/report/totals.js";
import { ExpectedTotals, type ModelFile, type ModelLine, modelFiles } from "./model.js";

export interface Generated {
  readonly bytes: number;
  readonly totals: Totals;
}

/** Writes an LCOV tracefile of so many files, the same on every machine. */
export function generateLcov(path: string, files: number): Generated {
  return generate(path, files, new ExpectedTotals(true), { head: "", tail: "", render: lcovRecord });
}

/** Writes a Cobertura report, pretty-printed as usual, of so many classes. */
export function generateCobertura(path: string, files: number): Generated {
  const head = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.7" branch-rate="0.5" version="1.9" timestamp="1700000000">
  <sources>
    <source>/home/ci/project</source>
  </sources>
  <packages>
    <package name="project" line-rate="0.7" branch-rate="0.5" complexity="0">
      <classes>
`;
  const tail = "      </classes>\n    </package>\n  </packages>\n</coverage>\n";
  return generate(path, files, new ExpectedTotals(false), { head, tail, render: coberturaClass });
}

interface Format {
  readonly head: string;
  readonly tail: string;
  render(file: ModelFile): string;
}

function generate(path: string, files: number, expected: ExpectedTotals, format: Format): Generated {
  const descriptor = openSync(path, "w");
  let bytes = writeSync(descriptor, format.head);
  for (const file of modelFiles(files, 0x5eed)) {
    expected.add(file);
    bytes += writeSync(descriptor, format.render(file));
  }
  bytes += writeSync(descriptor, format.tail);
  closeSync(descriptor);
  return { bytes, totals: expected.totals };
}

function lcovRecord({ path, lines }: ModelFile): string {
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

function coberturaClass({ path, lines }: ModelFile): string {
  const rendered = lines.map(coberturaLine);
  const methods = lines.map((line, index) =>
    line.isFunction
      ? `            <method name="functionOnLine${line.line}" signature="()V" line-rate="1.0" branch-rate="1.0">
              <lines>
${rendered[index]}              </lines>
            </method>\n`
      : "",
  );
  return `        <class name="${path.replaceAll("/", ".")}" filename="${path}" line-rate="0.7" branch-rate="0.5" complexity="0">
          <methods>
${methods.join("")}          </methods>
          <lines>
${rendered.join("")}          </lines>
        </class>\n`;
}

function coberturaLine({ line, hits, branches }: ModelLine): string {
  const indent = "                ";
  if (branches.length === 0) return `${indent}<line number="${line}" hits="${hits}" branch="false"/>\n`;
  const taken = branches.filter((count) => count > 0).length;
  const percent = Math.floor((100 * taken) / branches.length);
  return `${indent}<line number="${line}" hits="${hits}" branch="true" condition-coverage="${percent}% (${taken}/${branches.length})">
${indent}  <conditions>
${indent}    <condition number="0" type="jump" coverage="${percent}%"/>
${indent}  </conditions>
${indent}</line>\n`;
}
