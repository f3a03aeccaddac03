/** Parsed documents by their text, for clients that send them again. */
import { LRUCache } from 'lru-cache';

/** Characters of all cached documents together: a parsed document takes up to a hundred times as many bytes as its text. */
const maxCharacters = 1_000_000;

export const createDocumentCache = <T extends object>(): LRUCache<string, T> =>
  new LRUCache({ maxSize: maxCharacters, sizeCalculation: (_document, text) => Math.max(1, text.length) });
