/** A sum that leaves out unknown values; null if none is known. */
export class Sum {
  #total = 0;
  /** Exact sum of whole numbers once it exceeds the safe integers; null before. */
  #exact: bigint | null = null;
  #isWhole = true;
  #count = 0;

  add(value: number | null): void {
    if (value === null) return;
    const total = this.#total + value;
    this.#isWhole &&= Number.isInteger(value);
    if (this.#isWhole && (this.#exact !== null || total > Number.MAX_SAFE_INTEGER)) {
      this.#exact = (this.#exact ?? BigInt(this.#total)) + BigInt(value);
    }
    this.#total = total;
    this.#count++;
  }

  /** Number of known values. */
  get count(): number {
    return this.#count;
  }

  /** Null if no value is known. A sum of whole numbers is rounded only once, to the nearest double. */
  get value(): number | null {
    if (this.#count === 0) return null;
    return this.#isWhole && this.#exact !== null ? Number(this.#exact) : this.#total;
  }
}
