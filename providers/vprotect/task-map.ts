/** Maps vProtect's tasks to what they say of their backups. Pure: the time of reading is an argument. */
import type { Instant } from '../../src/core/instant.ts';
import type { BackupTrigger, Origin, Progress } from '../../src/core/model.ts';
import type { TaskRow } from './wire.ts';

const origins = new Map<string, Origin['kind']>([
  ['USER', 'USER'],
  ['SCHEDULE', 'SCHEDULE'],
  ['SYSTEM_SCHEDULE', 'SYSTEM'],
]);

/** What started the tasks of one backup, as the first that says so has it; null if none does. */
export function toOrigin(tasks: readonly TaskRow[]): Origin | null {
  for (const { originEntity } of tasks) {
    const word = originEntity?.type?.name;
    if (word !== undefined) return { kind: origins.get(word) ?? 'UNKNOWN', name: originEntity?.name || null };
  }
  return null;
}

const triggers: Readonly<Record<Origin['kind'], BackupTrigger>> = {
  USER: 'MANUAL',
  SCHEDULE: 'SCHEDULED',
  SYSTEM: 'SCHEDULED',
  GATEWAY: 'MANUAL',
  UNKNOWN: 'UNKNOWN',
};

export const toTrigger = (origin: Origin | null): BackupTrigger => (origin ? triggers[origin.kind] : 'UNKNOWN');

/** The parts that the two tasks of a backup have in its whole, one after the other. */
const parts = new Map([
  ['EXPORT', { from: 0, share: 0.5 }],
  ['STORE', { from: 50, share: 0.5 }],
]);

export const isStep = ({ type }: TaskRow): boolean => parts.has(type?.name ?? '');

/** It waits or runs. */
export const isLive = ({ state }: TaskRow): boolean => state?.name === 'RUNNING' || state?.name === 'QUEUED';

/** A step of this backup was cancelled, and none failed by itself. */
export function wasCancelled(tasks: readonly TaskRow[]): boolean {
  const states = tasks.filter(isStep).map(({ state }) => state?.name);
  return states.includes('CANCELLED') && !states.includes('FAILED');
}

/** How far the furthest step is. */
export function toProgress(tasks: readonly TaskRow[], updatedAt: Instant): Progress {
  const percents = tasks.flatMap((task) => toPercent(task) ?? []);
  return {
    percent: percents.length === 0 ? null : Math.max(...percents),
    processedBytes: null,
    totalBytes: null,
    processedItems: null,
    currentItem: null,
    bytesPerSecond: null,
    secondsRemaining: null,
    updatedAt,
  };
}

function toPercent({ type, progress, state }: TaskRow): number | null {
  const part = parts.get(type?.name ?? '');
  const own = state?.name === 'FINISHED' ? 100 : progress;
  if (!part || own === null) return null;
  return part.from + Math.min(100, Math.max(0, own)) * part.share;
}
