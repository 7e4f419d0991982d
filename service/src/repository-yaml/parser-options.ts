import type { ParserOptions } from "../formats/parser-options.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";

/** `parsers`, with what it leaves open filled in. */
export function parserOptions({ parsers = {} }: RepositoryYamlFile): ParserOptions {
  const { go, jacoco, lcov, cobertura, javascript, gcov } = parsers;
  const detected = gcov?.branch_detection;
  const isOn = (value: boolean | undefined) => value ?? false;
  return {
    go: { partialsAsHits: isOn(go?.partials_as_hits) },
    jacoco: { partialsAsHits: isOn(jacoco?.partials_as_hits) },
    lcov: { partialsAsHits: isOn(lcov?.partials_as_hits) },
    cobertura: {
      partialsAsHits: isOn(cobertura?.partials_as_hits),
      handleMissingConditions: isOn(cobertura?.handle_missing_conditions),
    },
    javascript: { enablePartials: isOn(javascript?.enable_partials) },
    gcov: {
      branchDetection: {
        conditional: isOn(detected?.conditional),
        loop: isOn(detected?.loop),
        method: isOn(detected?.method),
        macro: isOn(detected?.macro),
      },
    },
  };
}
