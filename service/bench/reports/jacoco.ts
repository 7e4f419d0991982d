import { jacoco as format } from "#service/formats/jacoco.js";
import { type ExpectedLine, ExpectedLines } from "../expected.js";
import type { ModelFile, ModelLine } from "../model.js";
import type { ParseBench } from "../parse.js";
import { xmlPeers } from "../peers.js";
import { generate } from "./generate.js";

/** JaCoCo, one line of text as usual: 5,000 source files are about 93 MB. */
export const jacoco: ParseBench = {
  format,
  generate: (path, files) => generate(path, files, new ExpectedLines(expected), { head, tail, render: jacocoPackage }),
  files: 5_000,
  peers: xmlPeers("nr"),
  floors: { read: ">= 0.35" },
};

const head =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="project"><sessioninfo id="build-4f1c2a" start="1700000000000" dump="1700000060000"/>';
const tail = "</report>";

/** A function is a method with its complexity, whatever else its line has. */
function expected(line: ModelLine): ExpectedLine {
  const [taken, total] = branchesOf(line);
  const value = total > 0 ? { taken, total } : { taken: line.hits > 0 ? 1 : 0, total: 1 };
  if (!line.isFunction) return { ...value, kind: total > 0 ? "branch" : "line" };
  const complexity = complexityOf(line);
  return { ...value, kind: "method", complexity: [complexity.covered, complexity.covered + complexity.missed] };
}

function branchesOf({ branches }: ModelLine): [taken: number, total: number] {
  return [branches.filter((count) => count > 0).length, branches.length];
}

function complexityOf(line: ModelLine) {
  const [taken, total] = branchesOf(line);
  return line.hits > 0 ? { covered: 1 + taken, missed: total - taken } : { covered: 0, missed: 1 + total };
}

function jacocoPackage({ path, lines }: ModelFile): string {
  const [folder, name] = [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1, -3)];
  const methods = lines.filter(({ isFunction }) => isFunction).map(jacocoMethod);
  const counters = counter("LINE", 3, 7) + counter("METHOD", 1, 2) + counter("CLASS", 0, 1);
  return `<package name="${folder}"><class name="${folder}/${name}" sourcefilename="${name}.kt">${methods.join("")}${counters}</class><sourcefile name="${name}.kt">${lines.map(jacocoLine).join("")}${counters}</sourcefile>${counters}</package>`;
}

function jacocoMethod(line: ModelLine): string {
  const { covered, missed } = complexityOf(line);
  const [miss, hit] = line.hits > 0 ? [0, 1] : [1, 0];
  return `<method name="functionOnLine${line.line}" desc="()V" line="${line.line}">${counter("INSTRUCTION", 9 * miss, 9 * hit)}${counter("LINE", 3 * miss, 3 * hit)}${counter("COMPLEXITY", missed, covered)}${counter("METHOD", miss, hit)}</method>`;
}

function jacocoLine(line: ModelLine): string {
  const [taken, total] = branchesOf(line);
  const instructions = 1 + (line.line % 9);
  const [missed, covered] = line.hits > 0 ? [0, instructions] : [instructions, 0];
  return `<line nr="${line.line}" mi="${missed}" ci="${covered}" mb="${total - taken}" cb="${taken}"/>`;
}

function counter(type: string, missed: number, covered: number): string {
  return `<counter type="${type}" missed="${missed}" covered="${covered}"/>`;
}
