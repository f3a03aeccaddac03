/** Disorder: how far the rows of a product's list are from their places in our order. */
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

export const disordered = (provider: string, entityId: LocalId | null): Problem => ({
  provider,
  entityId,
  error: new GatewayError(
    'INCOMPLETE',
    `${provider} lists backups far from where their time belongs, so some may be missing here. List again from the start, or by time.`,
  ),
});
