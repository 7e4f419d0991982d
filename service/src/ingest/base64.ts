const DIGITS = /^[A-Za-z0-9+/_-]*$/;

/** Decodes base64 of either alphabet that comes in pieces, however it is cut. White space counts for nothing, `=` ends it. */
export class Base64Decoder {
  /** What is no base64 in it, null when nothing is; from there on nothing is decoded. */
  fault: string | null = null;
  #rest = "";
  #isEnded = false;

  /** What is complete with this piece. */
  decode(piece: Buffer): Buffer {
    if (this.#isEnded || this.fault !== null) return EMPTY;
    let text = piece.toString("latin1");
    if (!DIGITS.test(text)) text = this.#digitsOf(text);
    text = this.#rest + text;
    const whole = this.#isEnded ? text.length : text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    return Buffer.from(text.slice(0, whole), "base64");
  }

  /** What is left when there are no more pieces. */
  end(): Buffer {
    return Buffer.from(this.#rest, "base64");
  }

  #digitsOf(text: string): string {
    const [digits] = text.replace(/[\t\n\r ]+/g, "").split("=", 1);
    this.#isEnded = text.includes("=");
    const other = /[^A-Za-z0-9+/_-]/.exec(digits);
    if (other !== null) this.fault = `${JSON.stringify(other[0])} is no base64`;
    return digits;
  }
}

const EMPTY = Buffer.alloc(0);
