/** A few line numbers of one source file: emptied and filled again for each file without allocating anything. */
export class LineSet {
  #lines = new Uint32Array(64);
  #length = 0;
  #sorted = true;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(line: number): void {
    if (this.#length === this.#lines.length) {
      const larger = new Uint32Array(2 * this.#length);
      larger.set(this.#lines);
      this.#lines = larger;
    }
    if (this.#length > 0 && line < this.#lines[this.#length - 1]) this.#sorted = false;
    this.#lines[this.#length++] = line;
  }

  has(line: number): boolean {
    if (!this.#sorted) {
      this.#lines.subarray(0, this.#length).sort();
      this.#sorted = true;
    }
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#lines[middle] < line) low = middle + 1;
      else high = middle;
    }
    return low < this.#length && this.#lines[low] === line;
  }

  clear(): void {
    this.#length = 0;
    this.#sorted = true;
  }
}
