/** The filter of backups that only Flosum has. */
import type { OwnFilter } from '../../src/core/filter.ts';
import type { OwnFilterReader } from '../../src/core/provider.ts';

/** The service alone applies it: rows do not tell it. */
export const readOwnFilter: OwnFilterReader = () => ({});

export const includesMetadata = (own: OwnFilter | null): boolean | null => {
  const value = own?.['includeMetadata'];
  return typeof value === 'boolean' ? value : null;
};
