/** The backup records: their fields at a time, their chains, and the three forms of a reply. */
import { type Destination, type VProtectEntity, vprotectGuid } from './fixtures.ts';
import { backupStateAt, createRun, type Run, type RunScript, spansOf } from './run.ts';
import type { Reference, Wording } from './wire.ts';

export const backupTypes = ['FULL', 'INCREMENTAL', 'SYNCHRONIZATION', 'SYNTHETIC'] as const;
export const backupStatuses = [
  'FAILED',
  'INPROGRESS',
  'PARTIAL_SUCCESS',
  'QUEUED',
  'SUCCESS',
  'SUCCESS_REMOVED',
] as const;

/** Every field of a backup at a moment, times in milliseconds since 1970. Null: the reply leaves the field out. */
export interface VProtectBackup {
  readonly guid: string;
  /** The protected entity's guid. */
  readonly entity: string;
  /** May be an unknown word if a test sets it. */
  readonly status: string;
  readonly type: string;
  /** Null before the snapshot, so always null if it fails before. */
  readonly snapshotTime: number | null;
  /** The end; null until then. */
  readonly backupTime: number | null;
  readonly statusInfo: string | null;
  readonly description: string | null;
  readonly size: number;
  readonly effectiveBackupSize: number | null;
  readonly effectiveBackupObjectsCount: number | null;
  readonly warnings: readonly string[];
  readonly warningsAcknowledged: boolean;
  readonly hidden: boolean;
  /** Guid of the one that it builds on. */
  readonly parentBackup: string | null;
  /** Its data was removed, and its status does not say so. */
  readonly isDataGone?: boolean;
  /** Guid of the full one at the start of its chain; its own if it is that. */
  readonly rootBackup: string;
}

export type Origin = 'USER' | 'SCHEDULE' | 'SYSTEM_SCHEDULE';

export interface Backup {
  readonly number: number;
  readonly guid: string;
  readonly run: Run;
  readonly entity: VProtectEntity;
  readonly requestedType: string;
  readonly type: string;
  readonly destination: Destination;
  readonly rule: Reference | null;
  readonly priority: number;
  readonly retryCount: number;
  /** Who asked for it. */
  readonly origin: Origin;
  readonly parent: string | null;
  readonly root: string;
  /** Fields that override those of the run. */
  fixed: Partial<VProtectBackup>;
}

/** What a run is asked for, and where. */
export interface BackupOrder {
  readonly number: number;
  /** Follows from the number unless given. */
  readonly guid?: string;
  readonly entity: VProtectEntity;
  readonly type: string;
  readonly destination: Destination;
  readonly rule?: Reference | null;
  readonly priority?: number;
  readonly retryCount?: number;
  /** SCHEDULE unless given. */
  readonly origin?: Origin;
  readonly submittedAtMs: number;
  readonly windowStartMs?: number;
  readonly windowEndMs?: number | null;
  readonly script: RunScript;
}

/** The latest backup that an incremental one can build on. */
export type Base = Pick<Backup, 'guid' | 'root'> | null;

/** Without a base an incremental backup silently becomes a full one. */
export function createBackup(order: BackupOrder, base: Base): Backup {
  const { number, entity, script, type: requestedType } = order;
  const { rule = null, priority = 50, retryCount = 0, origin = 'SCHEDULE', destination } = order;
  const guid = order.guid ?? vprotectGuid('backup', number);
  const needsBase = requestedType === 'INCREMENTAL' || requestedType === 'SYNTHETIC';
  const type = needsBase && !base ? 'FULL' : requestedType;
  const parent = needsBase && base ? base.guid : null;
  const root = needsBase && base ? base.root : guid;
  const bytes = type === 'INCREMENTAL' ? Math.floor(entity.bytes * 0.04) : entity.bytes;
  const run = createRun(script, { ...placeOf(order), bytes });
  return {
    number,
    guid,
    run,
    entity,
    requestedType,
    type,
    destination,
    rule,
    priority,
    retryCount,
    origin,
    parent,
    root,
    fixed: {},
  };
}

const placeOf = ({ submittedAtMs, windowStartMs = submittedAtMs, windowEndMs = null }: BackupOrder) => ({
  submittedAtMs,
  windowStartMs,
  windowEndMs,
});

const retentionMs = 90 * 86_400_000;
const bytesPerObject = 1_300_000;

/** Null: there is no record, or not yet. */
export function backupAt(backup: Backup, nowMs: number): VProtectBackup | null {
  const { guid, run, entity, type, parent, root, fixed } = backup;
  const state = backupStateAt(run, nowMs);
  if (!state) return null;
  const hasData = state.status.includes('SUCCESS');
  return {
    guid,
    entity: entity.guid,
    status: state.status,
    type,
    snapshotTime: state.snapshotAtMs,
    backupTime: state.endedAtMs,
    statusInfo: state.statusInfo,
    description: null,
    size: hasData ? run.bytes : 0,
    effectiveBackupSize: hasData ? Math.floor(run.bytes * 1.6) : null,
    effectiveBackupObjectsCount: hasData ? Math.max(1, Math.round(run.bytes / bytesPerObject)) : null,
    warnings: hasData ? run.warnings : [],
    warningsAcknowledged: false,
    hidden: false,
    parentBackup: parent,
    rootBackup: root,
    ...fixed,
  };
}

/** What an incremental backup may build on. */
export const isBase = ({ status, snapshotTime }: VProtectBackup): boolean =>
  (status === 'SUCCESS' || status === 'PARTIAL_SUCCESS') && snapshotTime !== null;

/** A backup and what its record holds now. */
export interface Listed {
  readonly backup: Backup;
  readonly facts: VProtectBackup;
}

/** A row of the short list; `isBare` leaves the five fields that the vendor's page shows. */
export function toListRecord(listed: Listed, word: Wording, isBare: boolean) {
  const { backupTime } = listed.facts;
  return { ...toDetails(listed, word, isBare), ...(backupTime === null ? {} : { backupTime }) };
}

/** The longer row, and the single backup: the vendor's page shows it without `backupTime`. */
export function toDetails({ backup, facts }: Listed, word: Wording, isBare: boolean) {
  const { guid, snapshotTime, status, type } = facts;
  const shown = { guid, snapshotTime: snapshotTime ?? undefined, status: word(status), type: word(type) };
  return isBare ? shown : { ...shown, ...toOlderFields(backup, facts, word) };
}

export function toExtendedDetails(listed: Listed, word: Wording, isBare: boolean) {
  const details = toDetails(listed, word, isBare);
  if (isBare) return details;
  const { rootBackup } = listed.facts;
  return { ...details, rootBackup: { guid: rootBackup, name: rootBackup } };
}

/** Fields that only an older set of the vendor's documents names. */
function toOlderFields(backup: Backup, facts: VProtectBackup, word: Wording) {
  const { entity, rule } = backup;
  const { statusInfo, size, warnings, warningsAcknowledged, hidden, description, parentBackup } = facts;
  return {
    statusInfo,
    size,
    effectiveBackupSize: facts.effectiveBackupSize ?? undefined,
    effectiveBackupObjectsCount: facts.effectiveBackupObjectsCount ?? undefined,
    warningsPresent: warnings.length > 0,
    warnings,
    warningsAcknowledged,
    hidden,
    description,
    protectedEntity: toTypedReference(entity, word),
    originEntity: toTypedReference(entity, word),
    parentBackup: parentBackup === null ? undefined : { guid: parentBackup, name: parentBackup },
    backupRule: rule ?? undefined,
    sourceProject: entity.project ?? undefined,
    // The documents name it and do not describe it (DOC). The end of the retention, in milliseconds, is inferred (INF).
    archiveExpire: facts.size > 0 && facts.snapshotTime !== null ? facts.snapshotTime + retentionMs : undefined,
    ...toTimes(backup, facts),
    backupLocations: facts.size > 0 ? [toLocation(backup, facts, word)] : [],
  };
}

export const toTypedReference = ({ guid, name, type }: VProtectEntity, word: Wording) => ({
  guid,
  name,
  type: word(type),
});

function toTimes({ run }: Backup, { backupTime }: VProtectBackup) {
  const { exported, stored } = spansOf(run);
  if (backupTime === null || exported.startAtMs === null) return {};
  const storeStartMs = stored?.startAtMs ?? null;
  const taskTimeStats = {
    queuedExportTime: Math.round(exported.startAtMs - exported.queuedAtMs),
    exportTime: Math.round(exported.endAtMs - exported.startAtMs),
    queuedStoreTime: stored && storeStartMs !== null ? Math.round(storeStartMs - stored.queuedAtMs) : undefined,
    storeTime: stored && storeStartMs !== null ? Math.round(stored.endAtMs - storeStartMs) : undefined,
  };
  return { taskTimeStats, taskDurationTime: Math.round((stored ?? exported).endAtMs - exported.startAtMs) };
}

/** Only here it is seen that a user removed the data. */
export const locationStatusOf = ({ status, isDataGone }: VProtectBackup): 'REMOVED' | 'PRESENT' =>
  status === 'SUCCESS_REMOVED' || isDataGone ? 'REMOVED' : 'PRESENT';

export function toLocation({ destination, number }: Backup, facts: VProtectBackup, word: Wording) {
  const { guid, snapshotTime, type } = facts;
  const isRemoved = locationStatusOf(facts) === 'REMOVED';
  return {
    guid: vprotectGuid('location', number),
    backup: { guid, name: guid },
    snapshotTime: snapshotTime ?? undefined,
    backupDestination: { guid: destination.guid, name: destination.name },
    roleType: word('PRIMARY'),
    backupDestinationType: word(destination.type),
    status: word(isRemoved ? 'REMOVED' : 'PRESENT'),
    type: word(type),
    retentionHint: word(isRemoved ? 'TO_REMOVE' : 'STANDARD_RETENTION'),
  };
}
