import { cobertura as format } from "#service/formats/cobertura.js";
import { ExpectedTotals, type ModelFile, type ModelLine } from "../model.js";
import type { ParseBench } from "../parse.js";
import { xmlPeers } from "../peers.js";
import { generate } from "./generate.js";

/** Cobertura, pretty-printed as usual: 4,000 classes are about 109 MB. */
export const cobertura: ParseBench = {
  format,
  generate: (path, files) => generate(path, files, new ExpectedTotals(false), { head, tail, render: coberturaClass }),
  files: 4_000,
  peers: xmlPeers("number", { saxes: ">= 5", "fast-xml-parser": ">= 18" }),
  floors: { read: ">= 0.60" },
};

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
