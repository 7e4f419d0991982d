import { clover as format } from "#service/formats/clover.js";
import { type ExpectedLine, ExpectedLines } from "../expected.js";
import type { ModelFile, ModelLine } from "../model.js";
import type { ParseBench } from "../parse.js";
import { xmlPeers } from "../peers.js";
import { generate } from "./generate.js";

/** Clover, pretty-printed as usual: 4,000 files are about 65 MB. */
export const clover: ParseBench = {
  format,
  generate: (path, files) => generate(path, files, new ExpectedLines(expected), { head, tail, render: cloverFile }),
  files: 4_000,
  peers: xmlPeers("num"),
  floors: { read: ">= 0.35" },
};

const head = `<?xml version="1.0" encoding="UTF-8"?>
<coverage generated="1700000000000" clover="4.5.1">
  <project timestamp="1700000000000" name="All files">
    <metrics statements="9" coveredstatements="7" conditionals="4" coveredconditionals="2" methods="2" coveredmethods="1"/>
`;
const tail = "  </project>\n</coverage>\n";
const COMPLEXITY = 3;

/** A line with branches has two of them: whether it was ever true, and ever false. */
function expected(line: ModelLine): ExpectedLine {
  if (line.branches.length > 0) {
    const taken = conditionOf(line).filter((count) => count > 0).length;
    return { taken, total: 2, kind: "branch" };
  }
  const taken = line.hits > 0 ? 1 : 0;
  if (!line.isFunction) return { taken, total: 1, kind: "line" };
  return { taken, total: 1, kind: "method", complexity: [COMPLEXITY, 0] };
}

function conditionOf({ branches }: ModelLine): [whenTrue: number, whenFalse: number] {
  return [branches[0], branches.slice(1).reduce((sum, count) => sum + count, 0)];
}

function cloverFile({ path, lines }: ModelFile): string {
  return `    <file name="${path.slice(path.lastIndexOf("/") + 1)}" path="/home/ci/project/${path}">
      <metrics statements="${lines.length}" coveredstatements="7" conditionals="4" coveredconditionals="2" methods="2" coveredmethods="1"/>
${lines.map(cloverLine).join("")}    </file>\n`;
}

function cloverLine(line: ModelLine): string {
  return `      <line num="${line.line}" count="${line.hits}" ${cloverType(line)}/>\n`;
}

function cloverType(line: ModelLine): string {
  if (line.branches.length > 0) {
    const [whenTrue, whenFalse] = conditionOf(line);
    return `type="cond" truecount="${whenTrue}" falsecount="${whenFalse}"`;
  }
  return line.isFunction ? `type="method" name="functionOnLine${line.line}" complexity="${COMPLEXITY}"` : 'type="stmt"';
}
