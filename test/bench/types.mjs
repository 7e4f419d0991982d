/* Type checks beside that of a program with one submodule of each provider, and how many files they read. */
import { pairs, print, run } from "./measure.mjs";

const tsc = (project) => ["node_modules/typescript/bin/tsc", "--composite", "false", "--noEmit", "--project", project];
const HELLO = tsc("test/bench/types/hello.json");
const PROGRAMS = {
  "a program that uses the library": tsc("test/bench/types/user.json"),
  "the library itself": tsc("lib"),
};
const PAIRS = 3;

export function measureTypes() {
  for (const [name, program] of Object.entries(PROGRAMS)) {
    const { seconds } = pairs(program, HELLO, PAIRS);
    const files = run([...program, "--listFilesOnly"])
      .stdout.trim()
      .split("\n");
    print({ name: `type check of ${name}, whole process, seconds`, ...seconds, limit: 2 });
    const bindings = files.filter((path) => path.includes("/@cdktf/provider-"));
    print({
      name: `files that type checking ${name} reads`,
      ours: files.length,
      bindings: bindings.length,
      limit: 400,
    });
    const indexes = bindings.filter((path) => /provider-\w+\/lib\/index\.d\.ts$/.test(path));
    print({ name: `providers' indexes among them`, ours: indexes.length, limit: 0 });
  }
}
