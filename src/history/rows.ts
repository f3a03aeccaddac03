/** Backups as rows of the database, and back. */
import type { Insertable } from 'kysely';
import { queuedRange } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import { sanitizeBackup } from '../core/sanitize-provider.ts';
import type { Tables } from '../storage/tables.ts';

/** Of a row without a time, which comes before all others: later than every time. */
export const queuedAt = queuedRange.from;

export const toSortAt = (sortedAt: Instant | null): number => sortedAt ?? queuedAt;

/**
 * An id as a text whose bytes compare like `compareIds`: numbers first, by value, then all others by code unit.
 * Characters beyond ASCII are escaped, since UTF-8 orders some of them otherwise.
 */
export function toIdKey(id: string): string {
  if (!/^\d+$/.test(id)) {
    return `1${id.replace(/[\0\x7f-\uffff]/g, (unit) => (unit === '\0' ? '\x01' : `\x7f${hex(unit)}`))}`;
  }
  const digits = id.replace(/^0+/, '');
  return `0${pad(digits.length)}${digits}.${pad(id.length)}`;
}

const pad = (length: number): string => String(length).padStart(6, '0');
const hex = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, '0');

type Row = Insertable<Tables['history_backups']>;

export function toRow(backup: Backup, observedAt: Instant): Row {
  const { provider, localId, externalId, entityId, status, type, trigger, name, size, startedAt, endedAt } = backup;
  return {
    provider,
    local_id: localId,
    external_id: externalId,
    sort_at: toSortAt(backup.sortedAt),
    id_key: toIdKey(externalId),
    entity_id: entityId,
    status,
    type,
    trigger_kind: trigger,
    name,
    started_at: startedAt,
    ended_at: endedAt,
    duration: startedAt === null || endedAt === null ? null : endedAt - startedAt,
    original_bytes: toWhole(size.originalBytes),
    stored_bytes: toWhole(size.storedBytes),
    item_count: toWhole(backup.itemCount),
    size_bytes: toWhole(size.storedBytes ?? size.originalBytes),
    name_key: name === null ? null : toNameKey(name),
    record: JSON.stringify(backup),
    observed_at: observedAt,
    removed_at: null,
  };
}

/** Names that are longer are ordered by their beginning. */
const maxNameKey = 200;

const toNameKey = (name: string): string => name.toLowerCase().slice(0, maxNameKey).toWellFormed().replaceAll('\0', '');

/** Columns of whole numbers; the record has the value as it is. */
const toWhole = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);

/** Sanitized once more: a secret may have become known since it was stored. */
export const toBackup = (record: string): Backup => sanitizeBackup(JSON.parse(record) as Backup);
