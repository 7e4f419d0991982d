import { type Static, type TSchema, Type } from "typebox";
import type { GRAMMARS, GrammarName } from "../grammars.js";

/*
 * Parts of the schema of a repository's yaml. Each value's `description` completes the sentence "KEY must be …";
 * `grammar` names the function that reads a value, `writeOnly` marks what is never shown, `names` says how the keys of
 * a section may be called that has names of the author's own.
 */

type Keys = Parameters<typeof Type.Object>[0];

export const section = <const Given extends Keys>(keys: Given, needed: readonly (keyof Given & string)[] = []) =>
  Type.Unsafe<Partial<Static<ReturnType<typeof Type.Object<Given>>>>>({
    type: "object",
    properties: keys,
    required: needed,
    additionalProperties: false,
    description: "a section with keys of its own",
  });

/** A section that a plain `true` or `false` may stand for. */
export const switchable = <Section extends TSchema>(of: Section) =>
  Type.Unsafe<boolean | Static<Section>>({
    ...of,
    type: ["boolean", "object"],
    description: "true, false, or a section with keys of its own",
  });

/** A section whose keys are names that the author gives. */
export const named = <Value extends TSchema>(value: Value, pattern = "^[\\w.-]+$", names = STATUS_NAME) =>
  Type.Unsafe<{ readonly [name: string]: Static<Value> }>({
    type: "object",
    patternProperties: { [pattern]: value },
    additionalProperties: false,
    names,
    description: "a section of names, with keys of their own below",
  });

const STATUS_NAME = "of letters, digits, _, - and .";

export const list = <Item extends TSchema>(of: Item) =>
  Type.Unsafe<readonly Static<Item>[]>({
    type: "array",
    items: of,
    maxItems: 5000,
    description: "a list, each item after a dash",
  });

export const yesOrNo = () => Type.Boolean({ description: "true or false" });
export const text = (description: string) => Type.String({ minLength: 1, maxLength: 4096, description });
export const secret = (description: string) => Type.String({ writeOnly: true, description });
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({
    minimum,
    maximum,
    description:
      maximum === Number.MAX_SAFE_INTEGER
        ? `a whole number, at least ${minimum}`
        : `a whole number from ${minimum} to ${maximum}`,
  });

/** One of these texts, or of truth values where they are among them. */
export const oneOf = <const Values extends readonly (string | boolean)[]>(...values: Values) =>
  Type.Unsafe<Values[number]>({ enum: values, description: `one of ${values.join(", ")}` });

const written = (types: readonly string[], grammar: GrammarName, description: string) => ({
  type: types,
  grammar,
  description,
});

type Given<Name extends GrammarName> = Parameters<(typeof GRAMMARS)[Name]>[0];

const grammar = <Name extends GrammarName>(name: Name, types: readonly string[], description: string) =>
  Type.Unsafe<Given<Name>>(written(types, name, description));

export const percent = () => grammar("percent", ["string", "number"], "a percentage such as 80, 80.5 or 80%");
export const target = () => grammar("target", ["string", "number"], "auto or a percentage such as 80, 80.5 or 80%");
export const range = () => grammar("range", ["string", "array"], "two percentages such as 60..80 or [60, 80]");
export const age = () =>
  grammar("age", ["string", "integer", "boolean"], "a time such as 12h or 2d, a number of seconds, or off");
export const threshold = () => grammar("threshold", ["string", "number"], "a size such as 10 kB, or a percentage");
export const layout = () =>
  grammar("layout", ["string"], "a list such as reach, diff, flags, files of the parts of a comment");
export const branch = () => grammar("branch", ["string"], "the name of a branch");
export const branches = () =>
  list(grammar("branch-pattern", ["string"], "a branch, or a pattern of branches such as release/*"));
export const paths = () =>
  list(grammar("path-pattern", ["string"], "a path, a glob such as src/**/*.ts, or a regular expression"));
export const fixes = () => list(grammar("fix", ["string"], "before::after, before:: or ::after"));
export const regexes = () => list(grammar("regex", ["string"], "a regular expression"));
export const requirement = () =>
  grammar(
    "requirement",
    ["string", "boolean"],
    "true, false, or an expression such as coverage_drop or uncovered_patch",
  );
export const webAddress = () => grammar("web-address", ["string"], "an address such as https://coverage.example.com");

export const FLAG_NAME = "^[^'\"]{1,1024}$";
export const FLAG_NAMES = "without quotes, at most 1024 characters long";
export const flagName = () => Type.String({ pattern: FLAG_NAME, description: `the name of a flag, ${FLAG_NAMES}` });
export const flagNames = () => list(flagName());
