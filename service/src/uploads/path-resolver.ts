import { posix } from "node:path";
import type { UploadRules } from "../repository-yaml/upload-rules.js";
import { type CleanPath, cleanPath, isRelative } from "./path-cleaning.js";
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

/** Finds the repository's path that a report's file name means, or tells why there is none. */
export class PathResolver {
  /** The repository's files; null: the client sent no list. */
  readonly #network: NetworkPaths | null;
  readonly #rules: PathRules;

  constructor(network: NetworkPaths | null, rules: PathRules) {
    this.#network = network;
    this.#rules = rules;
  }

  resolve(name: string, context: NameContext): CleanPath {
    const clean = cleanPath(name, this.#rules.longest);
    if ("reason" in clean) return clean;
    const { fixes, files } = this.#rules;
    const own = this.#own(fixes.before(clean.path), name, context);
    if ("reason" in own) return own;
    const path = fixes.after(own.path);
    if (!files.takesAll && !files.includes(path)) {
      return { reason: "the repository's yaml leaves it out: ignore, or the paths of the upload's flags" };
    }
    return path === own.path ? own : cleanPath(path, this.#rules.longest);
  }

  #own(path: string, name: string, context: NameContext): CleanPath {
    if (this.#network === null) {
      const own = stripKnownPrefix(path);
      return own === null ? { reason: "it belongs to a tool or a dependency" } : cleanPath(own, this.#rules.longest);
    }
    if (!this.#rules.matchesFileList) return cleanPath(path, this.#rules.longest);
    const found = this.#network.find(path) ?? this.#findBeside(name, context, this.#network);
    return found === null ? { reason: "the repository's file list has no such file" } : { path: found };
  }

  /** A relative name may start at the report's own folder, or at one of its sources. */
  #findBeside(name: string, context: NameContext, network: NetworkPaths): string | null {
    if (!isRelative(name)) return null;
    const folders = context.sources.filter((source) => source.startsWith("/"));
    if (context.reportName !== null) folders.unshift(posix.dirname(context.reportName.replaceAll("\\", "/")));
    for (const folder of folders) {
      const beside = cleanPath(`${folder}/${name}`, this.#rules.longest);
      const found = "path" in beside ? network.find(beside.path) : null;
      if (found !== null) return found;
    }
    return null;
  }
}
