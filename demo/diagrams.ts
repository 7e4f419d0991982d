import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDiagrams, svg } from "./diagrams-svg.js";

const HELP = `Draws the synthesised stacks, those that belong together as one picture.

  npm run diagrams -- [--from FOLDER] [--out FOLDER]

  --from FOLDER  where npm run synth put the stacks    default: CDKTF_OUTDIR, else cdktf.out
  --out FOLDER   where NAME.svg goes                   default: docs/pictures
  --help         this text
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: "string", default: process.env.CDKTF_OUTDIR || "cdktf.out" },
      out: { type: "string", default: join("docs", "pictures") },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  mkdirSync(values.out, { recursive: true });
  for (const [name, text] of readDiagrams(values.from)) {
    const path = join(values.out, `${name}.svg`);
    writeFileSync(path, await svg(text));
    process.stdout.write(`${path}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`diagrams: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
