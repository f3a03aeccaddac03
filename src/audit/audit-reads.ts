/** What a viewer may read of the audit log. */
import type { Instant } from '../core/instant.ts';
import { type AuditEntry, type AuditRecord, isPersonal, type Sight, seenBy } from './audit-entry.ts';
import { createPlaces } from './audit-place.ts';
import { type AuditStatements, wireKey, wireRow, wireSeq } from './audit-statements.ts';

/** `since`: the time of the oldest entry that is shown. */
export function createAuditReads(statements: AuditStatements, since: () => Instant) {
  const { keyOf, bySeq, ofAll, ofProvider, ofOwn, isOfProvider } = statements;
  const places = createPlaces(wireKey.parse(keyOf.get()).key);

  function toEntry(row: unknown): AuditEntry {
    const { seq, at, count, record } = wireRow.parse(row);
    return { ...(JSON.parse(record) as AuditRecord), id: places.encode(seq), at, count };
  }

  return {
    toEntry,
    placeOf: (id: string): number | null => places.decode(id),
    /** Newest first, after the entry at a place. */
    list(sight: Sight, after: number | null, limit: number): AuditEntry[] {
      const { viewer, providers } = sight;
      const place = after ?? Number.MAX_SAFE_INTEGER;
      if (providers === null) return ofAll.all(place, since(), limit).map(toEntry);
      const seqs = new Set(
        [
          ...providers.flatMap((provider): unknown[] => ofProvider.all(provider, place, since(), limit)),
          ...ofOwn.all(viewer, place, since(), limit),
        ].map((row) => wireSeq.parse(row).seq),
      );
      const newest = [...seqs].sort((a, b) => b - a).slice(0, limit);
      return newest.map((seq) => seenBy(toEntry(bySeq.get(seq, since())), sight));
    },
    /** Null where there is no such entry for this viewer. */
    find(sight: Sight, id: string): AuditEntry | null {
      const { viewer, providers } = sight;
      const seq = places.decode(id);
      const row: unknown = seq === null ? undefined : bySeq.get(seq, since());
      if (row === undefined) return null;
      const entry = toEntry(row);
      const isVisible =
        providers === null ||
        (entry.viewer.id === viewer && isPersonal(entry)) ||
        providers.some((provider) => isOfProvider.get(provider, seq) !== undefined);
      return isVisible ? seenBy(entry, sight) : null;
    },
  };
}
