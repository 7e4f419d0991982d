import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { CoverstackError } from "../errors.js";

/** The files that the service's image is built from, by their path in the build's context, sorted. */
export type ImageContext = ReadonlyMap<string, Buffer>;

const DOCKERFILE = "service/Dockerfile";
const PACKED = join("dist", "image-context.json");

/** The folder of this package: a clone of the repository, or what npm installed. */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/**
 * Reads the context from a clone, or from the one file that it is packed into for npm, which leaves lockfiles out.
 *
 * @throws CoverstackError when neither is there
 */
export function readImageContext(root: string = packageFolder()): ImageContext {
  if (existsSync(join(root, DOCKERFILE))) return readClone(root);
  if (existsSync(join(root, PACKED))) return unpackContext(readFileSync(join(root, PACKED), "utf8"));
  throw new CoverstackError({
    what: "the service's source is not here, so its image cannot be built",
    given: root,
    fix: "reinstall coverstack, or push an image yourself and name it with ServiceImage.fromRegistry",
  });
}

/** The tag of the image: changes with any file's path or content and with the platform, and with nothing else. */
export function contextTag(context: ImageContext, platform: string): string {
  const hash = createHash("sha256").update(`${platform}\0`);
  for (const [path, content] of context) hash.update(`${path}\0${content.length}\0`).update(content);
  return hash.digest("hex").slice(0, 16);
}

export function packContext(context: ImageContext): string {
  const files = [...context].map(([path, content]) => [path, content.toString("base64")]);
  return `${JSON.stringify(Object.fromEntries(files))}\n`;
}

export function unpackContext(text: string): ImageContext {
  const files = Object.entries(JSON.parse(text) as Record<string, string>);
  return new Map(files.map(([path, content]) => [path, Buffer.from(content, "base64")]));
}

function readClone(root: string): ImageContext {
  const paths = new Set([DOCKERFILE, ...keptPaths(root).flatMap((path) => filesUnder(root, path))]);
  return new Map([...paths].sort().map((path) => [path, readFileSync(join(root, path))]));
}

/** What `.dockerignore`, which leaves everything out first, keeps after all. */
function keptPaths(root: string): readonly string[] {
  const [first, ...rest] = readFileSync(join(root, ".dockerignore"), "utf8").trim().split(/\r?\n/);
  const other = rest.find((line) => !/^![\w./-]+$/.test(line));
  if (first !== "*" || other !== undefined) {
    throw new CoverstackError({
      what: ".dockerignore must leave out everything and then name what the image is built from",
      given: other ?? first,
      allowed: "'*' first, then lines such as '!service/src'",
    });
  }
  return rest.map((line) => line.slice(1));
}

function filesUnder(root: string, path: string): readonly string[] {
  const whole = join(root, path);
  if (!existsSync(whole)) return [];
  if (statSync(whole).isFile()) return [path];
  return readdirSync(whole).flatMap((name) => filesUnder(root, `${path}/${name}`));
}
