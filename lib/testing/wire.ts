import type * as Msgpack from "@msgpack/msgpack";
import { UNKNOWN, type Value } from "./value.js";

/** A value on its way: MessagePack, or JSON for state that Terraform read from its file. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** Extension types of an unknown value: a plain one, and one of which something is known. */
const PLAIN_UNKNOWN = 0;
const REFINED_UNKNOWN = 12;

/** Puts values into the form in which Terraform and providers exchange them, and back. */
export class Wire {
  readonly #msgpack: typeof Msgpack;
  readonly #extensionCodec: Msgpack.ExtensionCodec;

  constructor(msgpack: typeof Msgpack) {
    this.#msgpack = msgpack;
    this.#extensionCodec = new msgpack.ExtensionCodec();
    this.#extensionCodec.register({
      type: PLAIN_UNKNOWN,
      encode: (value) => (value === UNKNOWN ? new Uint8Array([0]) : null),
      decode: () => UNKNOWN,
    });
    this.#extensionCodec.register({ type: REFINED_UNKNOWN, encode: () => null, decode: () => UNKNOWN });
  }

  encode(value: Value): DynamicValue {
    return { msgpack: this.#msgpack.encode(value, { extensionCodec: this.#extensionCodec }) };
  }

  decode({ msgpack, json }: DynamicValue): Value {
    if (msgpack?.length) return this.#msgpack.decode(msgpack, { extensionCodec: this.#extensionCodec }) as Value;
    return json?.length ? (JSON.parse(Buffer.from(json).toString("utf8")) as Value) : null;
  }
}
