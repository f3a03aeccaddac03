/** What a viewer may read of the audit log. */
import type { Instant } from '../core/instant.ts';
import { type AuditEntry, type AuditRecord, isPersonal, type Sight, seenBy } from './audit-entry.ts';
import { createPlaces } from './audit-place.ts';
import type { AuditRow, AuditRows } from './audit-rows.ts';

/** `key`: of the database. `since`: the time of the oldest entry that is shown. */
export function createAuditReads(rows: AuditRows, key: Uint8Array, since: () => Instant) {
  const places = createPlaces(key);

  const toEntry = ({ seq, at, count, record }: AuditRow): AuditEntry => ({
    ...(JSON.parse(record) as AuditRecord),
    id: places.encode(seq),
    at,
    count,
  });

  /** Entries of these providers, and the viewer's own, before a place. */
  async function newestSeqs({ viewer }: Sight, providers: readonly string[], before: number, limit: number) {
    const found = await Promise.all([
      ...providers.map((provider) => rows.seqsOfProvider(provider, before, since(), limit)),
      rows.seqsOfViewer(viewer, before, since(), limit),
    ]);
    return [...new Set(found.flat())].sort((a, b) => b - a).slice(0, limit);
  }

  async function isOfAny(providers: readonly string[], seq: number): Promise<boolean> {
    for (const provider of providers) if (await rows.isOfProvider(provider, seq)) return true;
    return false;
  }

  return {
    toEntry,
    placeOf: (id: string): number | null => places.decode(id),
    /** Newest first, after the entry at a place. */
    async list(sight: Sight, after: number | null, limit: number): Promise<AuditEntry[]> {
      const { providers } = sight;
      const before = after ?? Number.MAX_SAFE_INTEGER;
      if (providers === null) return (await rows.ofAll(before, since(), limit)).map(toEntry);
      const seqs = await newestSeqs(sight, providers, before, limit);
      if (seqs.length === 0) return [];
      const found = await rows.bySeqs(seqs, since());
      return found.sort((a, b) => b.seq - a.seq).map((row) => seenBy(toEntry(row), sight));
    },
    /** Null where there is no such entry for this viewer. */
    async find(sight: Sight, id: string): Promise<AuditEntry | null> {
      const { viewer, providers } = sight;
      const seq = places.decode(id);
      const row = seq === null ? null : await rows.bySeq(seq, since());
      if (row === null) return null;
      const entry = toEntry(row);
      const isOwn = entry.viewer.id === viewer && isPersonal(entry);
      const isVisible = providers === null || isOwn || (await isOfAny(providers, row.seq));
      return isVisible ? seenBy(entry, sight) : null;
    },
  };
}
