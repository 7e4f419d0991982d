import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { nearest } from "./nearest.js";

/** Keys that are none here, and whose they are. */
export type KeysElsewhere = Readonly<Record<string, readonly string[]>>;

/** Takes what is wrong, and the node where it stands. */
export type Report = (node: Node, problem: string) => void;

/** A form that a piece of YAML must have. `read` reports every problem it finds, and returns undefined if there is one. */
export interface Shape<T> {
  /** As an error says it after "must be". */
  readonly form: string;
  readonly optional?: true;
  read(node: Node, key: string, report: Report): T | undefined;
}

export type Fields = Readonly<Record<string, Shape<unknown>>>;
export type Read<S> = S extends Shape<infer T> ? T : never;
export type ReadFields<F extends Fields> = { readonly [K in keyof F]: Read<F[K]> };

const LONGEST_TEXT = 4096;

export const text: Shape<string> = textLike(/^/, "a text");

/** A text that looks like this; `form` is how an error describes it. */
export function textLike(pattern: RegExp, form: string): Shape<string> {
  const read = scalar(form, (value) => isText(value) && pattern.test(value)) as Shape<string>["read"];
  return {
    form,
    read(node, key, report) {
      const unquoted = isScalar(node) && ["number", "boolean"].includes(typeof node.value) ? node.source : undefined;
      if (unquoted === undefined) return read(node, key, report);
      report(node, `'${key}' must be ${form}, got ${unquoted}; put it in quotes: "${unquoted}"`);
      return undefined;
    },
  };
}

export const flag: Shape<boolean> = {
  form: "true or false",
  read: scalar("true or false", (v) => typeof v === "boolean"),
};

export const number: Shape<number> = { form: "a number", read: scalar("a number", (v) => typeof v === "number") };

export function choice<const T extends string>(...values: readonly T[]): Shape<T> {
  return {
    form: values.length === 1 ? values[0] : `one of ${values.join(", ")}`,
    read(node, key, report) {
      const value = isScalar(node) ? node.value : undefined;
      if (values.includes(value as T)) return value as T;
      const meant = typeof value === "string" ? nearest(value, values) : undefined;
      report(node, `'${key}' must be ${this.form}${given(node)}${meant ? `; did you mean '${meant}'?` : ""}`);
      return undefined;
    },
  };
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return { ...shape, optional: true };
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    form: "a list",
    read(node, key, report) {
      if (!isSeq<Node>(node)) {
        report(node, `'${key}' must be a list${given(node)}`);
        return undefined;
      }
      return node.items.map((child, i) => item.read(child, `${key}[${i}]`, report) as T);
    },
  };
}

/** Keys of one's own choice. */
export function map<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    form: "a map",
    read(node, key, report) {
      if (!isMap(node)) {
        report(node, `'${key}' must be a map of names to values${given(node)}`);
        return undefined;
      }
      const entries = pairs(node).map(([name, child]) => [name, item.read(child, `${key}.${name}`, report) as T]);
      return Object.fromEntries(entries) as Record<string, T>;
    },
  };
}

/** Exactly these keys. */
export function object<F extends Fields>(fields: F, elsewhere: KeysElsewhere = {}): Shape<ReadFields<F>> {
  return {
    form: `a map with the keys ${Object.keys(fields).join(", ")}`,
    read(node, key, report) {
      if (!isMap(node)) {
        report(node, `'${key}' must be ${this.form}${given(node)}`);
        return undefined;
      }
      const found = new Map(pairs(node).map(([name, child]) => [name, child]));
      for (const pair of node.items) refuseUnknown(pair.key as Node, fields, elsewhere, report);
      const values = Object.entries(fields).map(([name, shape]) => {
        const child = found.get(name);
        if (child !== undefined) return [name, shape.read(child, path(key, name), report)];
        if (!shape.optional) report(node, `'${path(key, name)}' is missing; it must be ${shape.form}`);
        return [name, undefined];
      });
      return Object.fromEntries(values) as ReadFields<F>;
    },
  };
}

/** Exactly one of these keys, which are all optional. */
export function oneOf<F extends Fields>(fields: F): Shape<ReadFields<F>> {
  const any = object(fields);
  return {
    form: `a map with one of the keys ${Object.keys(fields).join(", ")}`,
    read(node, key, report) {
      const known = isMap(node) ? pairs(node).filter(([name]) => Object.hasOwn(fields, name)) : [];
      if (isMap(node) && known.length !== 1) report(node, `'${key}' must say one of ${Object.keys(fields).join(", ")}`);
      return any.read(node, key, report);
    },
  };
}

function refuseUnknown(node: Node, fields: Fields, elsewhere: KeysElsewhere, report: Report): void {
  const name = String(isScalar(node) ? node.value : node);
  if (Object.hasOwn(fields, name)) return;
  if (Object.hasOwn(elsewhere, name)) {
    report(node, `'${name}' belongs to ${elsewhere[name].join(" and ")}; take it out`);
    return;
  }
  const meant = nearest(name, Object.keys(fields));
  const hint = meant ? `did you mean '${meant}'?` : `allowed: ${Object.keys(fields).join(", ")}`;
  report(node, `unknown key '${name}'; ${hint}`);
}

function scalar<T>(form: string, fits: (value: unknown) => boolean) {
  return (node: Node, key: string, report: Report): T | undefined => {
    if (isScalar(node) && fits(node.value)) return node.value as T;
    report(node, `'${key}' must be ${form}${given(node)}`);
    return undefined;
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= LONGEST_TEXT;
}

function given(node: Node): string {
  if (isAlias(node)) return ", got an alias; write the value out";
  if (isScalar(node)) return node.value === null ? ", got nothing" : `, got ${JSON.stringify(node.value)}`;
  return `, got ${isSeq(node) ? "a list" : "a map"}`;
}

function pairs(node: YAMLMap): [string, Node][] {
  return node.items.map((pair) => [
    String(isScalar(pair.key) ? pair.key.value : pair.key),
    (pair.value ?? pair.key) as Node,
  ]);
}

function path(above: string, name: string): string {
  return above ? `${above}.${name}` : name;
}
