import { applied } from "./apply.js";
import type { Binding } from "./bindings.js";
import { EPHEMERAL_TYPES, ephemeralSchema } from "./ephemeral-schemas.js";
import { forceNew } from "./force-new.js";
import { madeUp, type Owner } from "./made-up-values.js";
import { emptyBlock, mapValues, type Plan, plan } from "./plan.js";
import { NAMES } from "./resource-ids.js";
import type { Block } from "./schema.js";
import type { Secrets } from "./secrets.js";
import { isObject, type ObjectValue, UNKNOWN, type Value } from "./value.js";

/** What a simulated cloud refuses, as the text of an error; undefined when it complies. */
export type Refusal = (type: string, prior: Value, planned: Value) => Promise<string | undefined>;

export interface Outcome {
  readonly state: Value;
  readonly error?: string | undefined;
}

function known(planned: ObjectValue): ObjectValue {
  return mapValues(planned, (value) => (value === UNKNOWN ? null : value));
}

/** A provider whose cloud is made up: it plans and applies by its schemas alone. */
export class SimulatedProvider {
  #configuration: ObjectValue = {};
  #created = 0;

  constructor(
    readonly name: string,
    private readonly binding: Binding,
    private readonly secrets: Secrets,
    private readonly refusal: Refusal,
  ) {}

  get schema(): Block {
    return this.binding.provider;
  }

  resource(type: string): Block {
    return this.binding.resource(type);
  }

  dataSource(type: string): Block {
    return this.binding.dataSource(type);
  }

  ephemeralTypes(): readonly string[] {
    return EPHEMERAL_TYPES.filter((type) => type.startsWith(`${this.name.replace(/-.*/, "")}_`));
  }

  configure(configuration: Value): void {
    if (isObject(configuration)) this.#configuration = configuration;
  }

  plan(type: string, prior: Value, proposed: Value): Plan {
    return plan(this.resource(type), { prior, proposed }, forceNew(type, isObject(proposed) ? proposed : {}));
  }

  async apply(type: string, prior: Value, planned: Value, config: Value): Promise<Outcome> {
    const error = await this.refusal(type, prior, planned);
    if (error !== undefined) return { state: prior, error };
    if (!isObject(planned)) return { state: null };
    this.#created += 1;
    const state = this.#filled(this.resource(type), planned, type, `${this.#created}`);
    this.secrets.remember(type, config, state);
    return { state };
  }

  read(type: string, config: Value): Value {
    if (!isObject(config)) return null;
    const read = this.#answer(this.dataSource(type), config, `data.${type}`);
    return { ...read, ...this.#secret(type, config) };
  }

  open(type: string, config: Value): Value {
    if (!isObject(config)) return null;
    const block = ephemeralSchema(type) ?? { attributes: {}, blocks: {} };
    return { ...this.#answer(block, config, type), ...this.#secret(type, config) };
  }

  #secret(type: string, config: ObjectValue): ObjectValue {
    const secret = this.secrets.read(type, config);
    return secret === undefined ? {} : { [secret[0]]: secret[1] };
  }

  /** The same question has the same answer. */
  #answer(block: Block, config: ObjectValue, type: string): ObjectValue {
    const { planned } = plan(block, { prior: null, proposed: { ...emptyBlock(block), ...config } });
    return this.#filled(block, planned as ObjectValue, type, JSON.stringify(config));
  }

  #filled(block: Block, planned: ObjectValue, type: string, seed: string): ObjectValue {
    const unnamed: Owner = { type, configured: known(planned), seed, provider: this.#configuration };
    const names = NAMES.filter((name) => planned[name] === UNKNOWN && block.attributes[name]?.optional).map((name) => [
      name,
      madeUp(unnamed, name, "string"),
    ]);
    // Ids and ARNs are made of names, so these come first.
    const owner: Owner = { ...unnamed, configured: { ...unnamed.configured, ...Object.fromEntries(names) } };
    return applied(block, planned, (path, ofType) => madeUp(owner, path, ofType));
  }
}
