/** The filter of backups that only Labii has. */
import type { OwnFilterReader } from '../../src/core/provider.ts';

export const readOwnFilter: OwnFilterReader = (own) => {
  const sids = own['organizationSids'] as readonly string[] | null | undefined;
  return sids == null ? {} : { entityIds: sids };
};
