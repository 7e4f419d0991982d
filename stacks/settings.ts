import { isMap, LineCounter, type Node, parseDocument } from "yaml";
import { choice, type Fields, object, type Read, type ReadFields } from "./shape.js";

/** A settings file that cannot be used: one line for each problem, `FILE:LINE:COLUMN: …`. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const STRATEGY = choice("single-vm", "load-balanced", "kubernetes");
export const CLOUD = choice("aws", "gcp", "azure");

/** Which stack a settings file describes. */
export interface StackKind {
  readonly strategy: Read<typeof STRATEGY>;
  readonly cloud: Read<typeof CLOUD>;
}

const KIND = { strategy: STRATEGY, cloud: CLOUD };

/** The text of a settings file, with positions for what is wrong in it. */
export class SettingsFile {
  readonly #problems: string[] = [];
  readonly #lines = new LineCounter();
  readonly #root: Node;

  /** @throws SettingsError when it is no YAML map */
  constructor(
    readonly path: string,
    yaml: string,
  ) {
    const document = parseDocument(yaml, { lineCounter: this.#lines, prettyErrors: false });
    for (const { pos, message } of document.errors) this.#add(pos[0], message.split("\n")[0]);
    if (document.errors.length === 0 && !isMap(document.contents)) this.#add(0, "must be a map of settings");
    this.#refuse();
    this.#root = document.contents as Node;
  }

  /** @throws SettingsError when strategy or cloud are missing or unknown */
  kind(): StackKind {
    const root = this.#root;
    const read = <K extends keyof typeof KIND>(key: K) => {
      const node = isMap(root) ? (root.get(key, true) as Node | undefined) : undefined;
      if (node !== undefined) return KIND[key].read(node, key, this.#report);
      this.#report(root, `'${key}' is missing; it must be ${KIND[key].form}`);
      return undefined;
    };
    const strategy = read("strategy");
    const cloud = read("cloud");
    this.#refuse();
    return { strategy, cloud } as StackKind;
  }

  /** @throws SettingsError with every key and value that is wrong */
  read<F extends Fields>(fields: F): ReadFields<F> {
    const settings = object({ ...KIND, ...fields }).read(this.#root, "", this.#report);
    this.#refuse();
    return settings as ReadFields<F>;
  }

  readonly #report = (node: Node, problem: string): void => this.#add(node.range?.[0] ?? 0, problem);

  #add(offset: number, problem: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.#problems.push(`${this.path}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${problem}`);
  }

  #refuse(): void {
    if (this.#problems.length > 0) throw new SettingsError(this.#problems.join("\n"));
  }
}
