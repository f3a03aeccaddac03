/** A cache of limited size, from which the entry that was used least recently is dropped. */
import { LRUCache } from 'lru-cache';

/**
 * Holds at most `maxEntries`. Counts them as sizes: with its option `max`, the cache would take the memory for all of
 * them at once, which is a good part of the time that a gateway needs to start.
 */
export const createBoundedCache = <K extends {}, V extends {}>(maxEntries: number): LRUCache<K, V> =>
  new LRUCache({ maxSize: maxEntries, sizeCalculation: () => 1 });
