import { posix } from "node:path";
import type { UploadRules } from "../repository-yaml/upload-rules.js";
import { cleanPath, isRelative } from "./path-cleaning.js";
import type { NetworkPaths } from "./path-network.js";
import { stripKnownPrefix } from "./path-prefixes.js";

/** What a report tells about where its file names start. */
export interface NameContext {
  /** Name of the report's own file, null when the client gave none. */
  readonly reportName: string | null;
  /** Folders that the report lists as its sources. */
  readonly sources: readonly string[];
}

/** What the repository's yaml says of paths, and how many characters one may have. */
export type PathRules = Pick<UploadRules, "fixes" | "matchesFileList" | "files"> & { readonly longest: number };

/** A path of the repository, or why there is none and which paths were looked for. */
export type Resolution = { readonly path: string } | { readonly reason: string; readonly tried?: readonly string[] };

/** Finds the repository's path that a report's file name means, or tells why there is none. */
export class PathResolver {
  /** The repository's files; null: the client sent no list. */
  readonly #network: NetworkPaths | null;
  readonly #rules: PathRules;

  constructor(network: NetworkPaths | null, rules: PathRules) {
    this.#network = network;
    this.#rules = rules;
  }

  resolve(name: string, context: NameContext): Resolution {
    const clean = cleanPath(name, this.#rules.longest);
    if ("reason" in clean) return clean;
    const { fixes, files } = this.#rules;
    const own = this.#own(fixes.before(clean.path), name, context);
    if ("reason" in own) return own;
    const path = fixes.after(own.path);
    if (!files.takesAll && !files.includes(path)) {
      const reason = "the repository's yaml leaves it out: ignore, or the paths of the upload's flags";
      return path === name ? { reason } : { reason, tried: [path] };
    }
    return path === own.path ? own : cleanPath(path, this.#rules.longest);
  }

  #own(path: string, name: string, context: NameContext): Resolution {
    if (this.#network === null) {
      const own = stripKnownPrefix(path);
      return own === null ? { reason: "it belongs to a tool or a dependency" } : cleanPath(own, this.#rules.longest);
    }
    if (!this.#rules.matchesFileList) return cleanPath(path, this.#rules.longest);
    const tried: string[] = [];
    for (const candidate of candidatesOf(path, name, context, this.#rules.longest)) {
      const found = this.#network.find(candidate);
      if (found !== null) return { path: found };
      tried.push(candidate);
    }
    return { reason: "the repository's file list has no such file", tried };
  }
}

/** A relative name may also start at the report's own folder, or at one of its sources. */
function* candidatesOf(
  path: string,
  name: string,
  { reportName, sources }: NameContext,
  longest: number,
): Generator<string> {
  yield path;
  if (!isRelative(name)) return;
  const folders = sources.filter((source) => source.startsWith("/"));
  if (reportName !== null) folders.unshift(posix.dirname(reportName.replaceAll("\\", "/")));
  for (const folder of folders) {
    const beside = cleanPath(`${folder}/${name}`, longest);
    if ("path" in beside && beside.path !== path) yield beside.path;
  }
}
