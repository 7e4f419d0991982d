import { isMap, isScalar, LineCounter, type Node, parseDocument, type Scalar } from "yaml";
import { choice, type Fields, type KeysElsewhere, object, type Read, type ReadFields } from "./shape.js";

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
/** Two ways to say how much there is to do. */
const LOADS = ["reportsPerMinute", "uploads"];

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
    for (const { code, pos, message } of document.errors) {
      const key = /^[^\s:]*/.exec(yaml.slice(pos[0]))?.[0];
      this.#add(pos[0], code === "DUPLICATE_KEY" ? `'${key}' is there twice; keep one` : message.split("\n")[0]);
    }
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

  /** Whether there is no key but these. */
  hasOnly(fields: Fields): boolean {
    const known = { ...KIND, ...fields };
    return this.#keys.every((node) => Object.hasOwn(known, String(node.value)));
  }

  /**
   * @param elsewhere keys that would be right in other files
   * @throws SettingsError with every key and value that is wrong
   */
  read<F extends Fields>(fields: F, elsewhere: KeysElsewhere = {}): ReadFields<F> {
    const settings = object({ ...KIND, ...fields }, elsewhere).read(this.#root, "", this.#report);
    const [load, another] = this.#keys.filter(({ value }) => LOADS.includes(String(value)));
    if (another) this.#report(another, `'${another.value}' and '${load.value}' both say the load; keep one of them`);
    this.#refuse();
    return settings as ReadFields<F>;
  }

  get #keys(): readonly Scalar[] {
    return isMap(this.#root) ? this.#root.items.map(({ key }) => key).filter((key) => isScalar(key)) : [];
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
