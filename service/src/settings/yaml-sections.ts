import { stringify } from "yaml";
import type { GitHostName } from "../database/schema.js";
import { readRepositoryYaml } from "../repository-yaml/read-repository-yaml.js";
import type { RepositoryYamlFile } from "../repository-yaml/schema/repository-yaml-file.js";
import type { SettingsFile } from "./file-schema.js";
import type { Path, Source } from "./source.js";

/** The yamls that hold for several repositories, by what they hold for. */
export interface YamlSections {
  readonly site: RepositoryYamlFile | null;
  /** By git host and the owner's name in lower case. */
  readonly owners: ReadonlyMap<GitHostName, ReadonlyMap<string, RepositoryYamlFile>>;
}

/** Reads `site` and `HOST.organizations.OWNER.yaml` by the rules of a repository's own yaml; adds a line per fault. */
export function yamlSections(
  file: SettingsFile,
  hosts: readonly GitHostName[],
  source: Source,
  faults: string[],
): YamlSections {
  const owners = hosts.map((host) => {
    const yamls = new Map<string, RepositoryYamlFile>();
    for (const [owner, { yaml }] of Object.entries(file[host]?.organizations ?? {})) {
      const read = readSection(yaml, [host, "organizations", owner, "yaml"], source, faults);
      if (read !== null) yamls.set(owner.toLowerCase(), read);
    }
    return [host, yamls] as const;
  });
  return { site: readSection(file.site, ["site"], source, faults), owners: new Map(owners) };
}

function readSection(value: unknown, path: Path, source: Source, faults: string[]): RepositoryYamlFile | null {
  if (value === undefined) return null;
  const read = readRepositoryYaml(stringify(value, { version: "1.1" }));
  for (const fault of read.faults) {
    const key = [...path, ...fault.path];
    faults.push(`${source.locate(key)} ${key.join(".")}: ${fault.message}`);
  }
  return read.yaml;
}
