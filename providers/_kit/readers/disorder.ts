/**
 * Disorder: how far the rows of a product's list are from their places in our order. Readers read ahead for it, until a
 * list is known to be in order.
 */
import { GatewayError } from '../../../src/core/errors.ts';
import type { LocalId } from '../../../src/core/model.ts';
import { compareKeys, type SortKey } from '../../../src/core/order.ts';
import type { Problem } from '../../../src/core/provider.ts';

/** The largest distance of a row from its place in our order at which readers miss no row. */
export const maxDisorder = 50;

/** For each row, in our order: how many places further down it was listed; negative if further up. */
export function displacements(rows: readonly SortKey[]): number[] {
  const places = rows.map((row, place) => ({ row, place })).sort((a, b) => compareKeys(a.row, b.row));
  return places.map(({ place }, index) => place - index);
}

/** Whether a row of a stretch of the list is further from its place, up or down, than readers look. */
export const isDisordered = (rows: readonly SortKey[]): boolean =>
  displacements(rows).some((places) => Math.abs(places) > maxDisorder);

/**
 * What the reads of one list since start have shown of its order. It is confirmed once more than `maxDisorder` rows in a
 * row came in order of time; readers then read no further than they need. As soon as any two rows come out of order,
 * it is disordered until the process ends: readers read ahead again, and walks whose earlier pages did not are told.
 */
export class ListOrder {
  #state: 'unknown' | 'confirmed' | 'disordered' = 'unknown';

  get isConfirmed(): boolean {
    return this.#state === 'confirmed';
  }

  get isDisordered(): boolean {
    return this.#state === 'disordered';
  }

  /** `rows`: consecutive rows of the list, as the product lists them. Equal times may come in any order. */
  see(rows: readonly SortKey[]): void {
    if (this.#state === 'disordered') return;
    let before = Number.POSITIVE_INFINITY;
    for (const { sortedAt } of rows) {
      const at = sortedAt ?? Number.POSITIVE_INFINITY;
      if (at > before) {
        this.#state = 'disordered';
        return;
      }
      before = at;
    }
    if (rows.length > maxDisorder) this.#state = 'confirmed';
  }
}

/** The number of rows that have the time of the last one: those after them may have it, too. */
export function lastTies(rows: readonly SortKey[]): number {
  const at = rows.at(-1)?.sortedAt;
  return rows.length - 1 - rows.findLastIndex(({ sortedAt }) => sortedAt !== at);
}

/** The same for the first rows. */
export function firstTies(rows: readonly SortKey[]): number {
  const at = rows[0]?.sortedAt;
  const other = rows.findIndex(({ sortedAt }) => sortedAt !== at);
  return other < 0 ? rows.length : other;
}

export const disordered = (provider: string, entityId: LocalId | null): Problem => ({
  provider,
  entityId,
  error: new GatewayError(
    'INCOMPLETE',
    `${provider} lists backups far from where their time belongs, so some may be missing here. List again from the start, or by time.`,
  ),
});
