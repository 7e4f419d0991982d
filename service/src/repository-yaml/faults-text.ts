import type { ReadYaml } from "./read-repository-yaml.js";
import type { Fault } from "./yaml-text.js";

/** What is wrong with a yaml, and what was hardly meant, in the lines that clients of `/validate` know. */
export function faultsText(read: ReadYaml): string {
  const faults = read.faults.map((fault) =>
    read.parsed
      ? `Error at ${pythonList(fault.path)}, ${placeOf(fault)}: \n${fault.message}\n`
      : `Can't parse YAML\n${placeOf(fault)}: ${fault.message}\n`,
  );
  return faults.join("") + notesText(read);
}

export function notesText({ notes }: ReadYaml): string {
  return notes.map((note) => `Note on ${placeOf(note)}: ${note.message}\n`).join("");
}

/** `codecov.yml:3:11 coverage.precision must be …` */
export function describeFault({ line, column, message }: Fault, file: string): string {
  return `${file}:${line}:${column} ${message}`;
}

function placeOf({ line, column }: Fault): string {
  return `line ${line}, column ${column}`;
}

/** As existing clients know it: `['coverage', 'precision']`. */
function pythonList(path: readonly string[]): string {
  return `[${path.map((key) => `'${key}'`).join(", ")}]`;
}
