/** A sum of numbers of which some are not known: those stay out of it, and a sum of nothing is null. */
export class Sum {
  #total = 0;
  /** Beyond the safe integers each addition of numbers rounds: whole numbers are then added exactly. Null before. */
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

  /** How many were known. */
  get count(): number {
    return this.#count;
  }

  /** Null where nothing is known. Of whole numbers the nearest double, however large the sum is. */
  get value(): number | null {
    if (this.#count === 0) return null;
    return this.#isWhole && this.#exact !== null ? Number(this.#exact) : this.#total;
  }
}
