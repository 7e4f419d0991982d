/** How a repository wants its reports to be read: `parsers` of its yaml. */
export interface ParserOptions {
  readonly go: PartialsOptions;
  readonly jacoco: PartialsOptions;
  readonly lcov: PartialsOptions;
  readonly cobertura: PartialsOptions & {
    /** Whether branches that a partial line does not list are missing, numbered through. @default false */
    readonly handleMissingConditions: boolean;
  };
  readonly javascript: {
    /** Whether a line with branches is partial until all of them were taken. @default false */
    readonly enablePartials: boolean;
  };
  readonly gcov: {
    /** Whose branches count. @default none */
    readonly branchDetection: Readonly<Record<GcovBranch, boolean>>;
  };
}

export interface PartialsOptions {
  /** Whether a line that was hit in part is a hit. @default false */
  readonly partialsAsHits: boolean;
}

export type GcovBranch = "conditional" | "loop" | "method" | "macro";

export const DEFAULT_PARSER_OPTIONS: ParserOptions = {
  go: { partialsAsHits: false },
  jacoco: { partialsAsHits: false },
  lcov: { partialsAsHits: false },
  cobertura: { partialsAsHits: false, handleMissingConditions: false },
  javascript: { enablePartials: false },
  gcov: { branchDetection: { conditional: false, loop: false, method: false, macro: false } },
};
