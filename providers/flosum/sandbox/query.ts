/** Text search, text order and pages of the lists. */
import type { QueryReader } from './wire.ts';

export const hasText = (text: string, search: string): boolean => text.toLowerCase().includes(search.toLowerCase());

export const compareText = (a: string, b: string): number => Number(a > b) - Number(a < b);

interface Page {
  readonly page: number;
  readonly limit: number;
}

export const readPage = (reader: QueryReader): Page => ({
  page: reader.integer('page', 1, null),
  limit: reader.integer('limit', 1, 2000),
});

/** A page size that the server caps also determines the position of the page. */
export function slice<T>(all: readonly T[], { page, limit }: Page, maxPageSize: number): readonly T[] {
  const size = Math.min(limit, maxPageSize);
  return all.slice((page - 1) * size, page * size);
}
