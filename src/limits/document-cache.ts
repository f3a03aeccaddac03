/**
 * Documents that were read, for those who send them again. The newest stay, up to so many characters in all: the tree of
 * a document can be a hundred times as large as its text, so their number alone would bound nothing.
 */
const maxCharacters = 1_000_000;

export class DocumentCache<T> {
  readonly #entries = new Map<string, T>();
  #characters = 0;

  get(text: string): T | undefined {
    const found = this.#entries.get(text);
    if (found === undefined) return undefined;
    // The order of a Map is that of insertion: what is used goes to the end.
    this.#entries.delete(text);
    this.#entries.set(text, found);
    return found;
  }

  set(text: string, value: T): void {
    if (!this.#entries.delete(text)) this.#characters += text.length;
    this.#entries.set(text, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#characters <= maxCharacters) break;
      this.#entries.delete(oldest);
      this.#characters -= oldest.length;
    }
  }

  get characters(): number {
    return this.#characters;
  }
}
