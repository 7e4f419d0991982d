import { posix } from "node:path";
import type { UploadRules } from "../repository-yaml/upload-rules.js";
import { cleanPath, isRelative } from "./path-cleaning.js";
import type { NetworkPaths } from "./path-network.js";
import { stripKnownPrefix } from "./path-prefixes.js";

/** What the look-ups of an upload's names beside their reports may take, in characters of them. */
const MOST_BESIDE = 64 * 1024 * 1024;
/** What a look-up takes whatever its length. */
const LOOK_UP = 64;

/** Where the relative names of a report may start beside the root: at its own folder, then at its sources. */
export type NameFolders = readonly string[];

/** What the repository's yaml says of paths, and how many characters one may have. */
export type PathRules = Pick<UploadRules, "fixes" | "matchesFileList" | "files"> & { readonly longest: number };

/** A path of the repository, or why there is none and which paths were looked for. */
export type Resolution = { readonly path: string } | { readonly reason: string; readonly tried?: readonly string[] };

/** Finds the repository's path that a report's file name means, or tells why there is none. */
export class PathResolver {
  /** The repository's files; null: the client sent no list. */
  readonly #network: NetworkPaths | null;
  readonly #rules: PathRules;
  #besideLeft = MOST_BESIDE;

  constructor(network: NetworkPaths | null, rules: PathRules) {
    this.#network = network;
    this.#rules = rules;
  }

  /** Whether some names were not looked for beside their reports, since too many had been before. */
  get isCut(): boolean {
    return this.#besideLeft < 0;
  }

  /**
   * @param reportName of the report's own file, null when the client gave none
   * @param sources folders that the report lists as its sources
   */
  foldersOf(reportName: string | null, sources: readonly string[]): NameFolders {
    const own = reportName === null ? [] : [posix.dirname(reportName.replaceAll("\\", "/"))];
    const folders = [...own, ...sources.filter((source) => source.startsWith("/"))];
    return folders.filter(({ length }) => length < this.#rules.longest);
  }

  resolve(name: string, folders: NameFolders): Resolution {
    const clean = cleanPath(name, this.#rules.longest);
    if ("reason" in clean) return clean;
    const { fixes, files } = this.#rules;
    const own = this.#own(fixes.before(clean.path), name, folders);
    if ("reason" in own) return own;
    const path = fixes.after(own.path);
    if (!files.takesAll && !files.includes(path)) {
      const reason = `the repository's yaml leaves it out: ${files.leftOutBy(path)}`;
      return path === name ? { reason } : { reason, tried: [path] };
    }
    return path === own.path ? own : cleanPath(path, this.#rules.longest);
  }

  #own(path: string, name: string, folders: NameFolders): Resolution {
    if (this.#network === null) {
      const own = stripKnownPrefix(path);
      return own === null ? { reason: "it belongs to a tool or a dependency" } : cleanPath(own, this.#rules.longest);
    }
    if (!this.#rules.matchesFileList) return cleanPath(path, this.#rules.longest);
    const tried: string[] = [];
    for (const candidate of this.#candidates(path, name, folders)) {
      const found = this.#network.find(candidate);
      if (found !== null) return { path: found };
      tried.push(candidate);
    }
    return { reason: "the repository's file list has no such file", tried };
  }

  /** The path itself and, of a relative name, those beside it. */
  *#candidates(path: string, name: string, folders: NameFolders): Generator<string> {
    yield path;
    if (!isRelative(name)) return;
    for (const folder of folders) {
      this.#besideLeft -= LOOK_UP + folder.length + name.length;
      if (this.isCut) return;
      const beside = cleanPath(`${folder}/${name}`, this.#rules.longest);
      if ("path" in beside && beside.path !== path) yield beside.path;
    }
  }
}
