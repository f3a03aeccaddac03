/** Generated data: eight months of finished backups, and a few running ones. */
import { type Backup, type BackupOrder, type Base, backupAt, createBackup, isBase } from './backups.ts';
import type { Estate, VProtectEntity } from './fixtures.ts';
import { cancelStep, noise, type RunScript } from './run.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const spanMs = 240 * dayMs;

interface Slot {
  readonly entity: VProtectEntity;
  readonly submittedAtMs: number;
  /** Place among the entities. */
  readonly place: number;
  /** Which night it is, the oldest one being 1. */
  readonly round: number;
}

/** The last of several machines is new: it has never been backed up. */
function entitiesWithPast({ entities }: Estate): readonly VProtectEntity[] {
  const machines = entities.filter(({ type }) => type === 'VM');
  const newest = machines.length > 1 ? machines.at(-1) : undefined;
  return entities.filter((entity) => entity !== newest);
}

/** `count` finished backups, numbered from 1 in the order in which they were asked for. The same `nowMs` gives the same. */
export function createHistory(estate: Estate, count: number, nowMs: number): Backup[] {
  const oldestFirst = slots(entitiesWithPast(estate), count, nowMs).sort((a, b) => a.submittedAtMs - b.submittedAtMs);
  const bases = new Map<string, Base>();
  return oldestFirst.map((slot, index) => {
    const age = count - 1 - index;
    const base = bases.get(slot.entity.guid) ?? null;
    const backup = createBackup(toOrder(estate, slot, index + 1, age, base !== null), base);
    finish(backup, age);
    const facts = backupAt(backup, slot.submittedAtMs + dayMs);
    if (facts && isBase(facts)) bases.set(slot.entity.guid, backup);
    return backup;
  });
}

/** Two nights of three the schedule starts everything in the same millisecond. */
function slots(entities: readonly VProtectEntity[], count: number, nowMs: number): Slot[] {
  const nights = Math.ceil(count / entities.length);
  const intervalMs = spanMs / Math.max(1, nights);
  return Array.from({ length: count }, (_, index) => {
    const night = Math.floor(index / entities.length);
    const place = index % entities.length;
    const entity = entities[place] as VProtectEntity;
    const nightMs = nightBefore(nowMs - night * intervalMs, intervalMs);
    const laterMs = night % 3 === 1 ? place * 240_000 + noise(6, index) * 1000 : 0;
    const plannedMs = nightMs + laterMs + noise(7, night) * 900;
    const submittedAtMs = Math.floor(Math.min(plannedMs, nowMs - 4 * hourMs - index * 1000));
    return { entity, submittedAtMs, place, round: nights - night };
  });
}

/** Two o'clock of the last night that is well over. */
const nightBefore = (ms: number, intervalMs: number): number =>
  intervalMs < dayMs ? ms : Math.floor((ms - 8 * hourMs) / dayMs) * dayMs + 2 * hourMs;

function toOrder(estate: Estate, slot: Slot, number: number, age: number, hasBase: boolean): BackupOrder {
  const { destinations, rules } = estate;
  const { entity, submittedAtMs } = slot;
  const rule = rules.find(({ guid }) => guid === entity.rule.guid);
  const destination = rule?.destination ?? destinations[0];
  if (!destination) throw new Error('an estate without destinations');
  const type = typeOf(slot);
  const grown = 1 - 0.2 * (age / 300) * noise(3, number);
  const bytes = Math.floor(
    entity.bytes * (type === 'INCREMENTAL' && hasBase ? 0.01 + 0.05 * noise(4, number) : Math.max(0.5, grown)),
  );
  const exportSeconds = Math.min(6000, 60 + bytes / 500_000_000 + 60 * noise(5, number));
  const script: RunScript = {
    bytes,
    exportSeconds,
    queuedSeconds: 0,
    storeQueuedSeconds: 5,
    storeSeconds: Math.min(5000, exportSeconds * 0.7),
    ...endingOf(age).script,
  };
  return { number, entity, type, destination, rule: entity.rule, submittedAtMs, script };
}

/** The weekly full backups, and what lies between them, are spread over the nights. */
function typeOf({ entity, place, round }: Slot): string {
  if (entity.type === 'CLOUD') return 'SYNCHRONIZATION';
  if (round === 1 || (round + place) % 5 === 1) return 'FULL';
  return (round + place) % 7 === 3 ? 'SYNTHETIC' : 'INCREMENTAL';
}

interface Ending {
  readonly script: RunScript;
  readonly isCancelled?: boolean;
  readonly isHidden?: boolean;
  readonly isAcknowledged?: boolean;
  readonly description?: string;
}

const clean: Ending = { script: {} };
const warned: Ending = { script: { outcome: 'partial' } };
const acknowledged: Ending = {
  script: { outcome: 'partial', warnings: ['Snapshot took 312 seconds', 'Quiescing was not possible'] },
  isAcknowledged: true,
};
const failed: Ending = { script: { outcome: 'export-failed' } };
const unstored: Ending = { script: { outcome: 'store-failed' } };
const timeless: Ending = { script: { outcome: 'no-snapshot' } };
const cancelled: Ending = { script: {}, isCancelled: true };
const hidden: Ending = { script: {}, isHidden: true };
const described: Ending = { script: {}, description: 'Before the kernel upgrade' };

/** The newest backups hold one of each, so that a short history has them too. The age is counted in backups. */
const shown = new Map<number, Ending>([
  [1, warned],
  [3, failed],
  [6, cancelled],
  [8, described],
  [10, timeless],
  [13, acknowledged],
  [15, hidden],
  [18, unstored],
]);
const rare: readonly Ending[] = [
  warned,
  warned,
  warned,
  acknowledged,
  failed,
  failed,
  unstored,
  cancelled,
  timeless,
  described,
];

function endingOf(age: number): Ending {
  if (age < 24) return shown.get(age) ?? clean;
  if (noise(1, age) < 0.86) return clean;
  return rare[Math.floor(noise(2, age) * rare.length)] ?? clean;
}

/** What has been done to a backup since. */
function finish(backup: Backup, age: number): void {
  const { isCancelled, isHidden, isAcknowledged, description } = endingOf(age);
  const { run } = backup;
  if (isCancelled) {
    const atMs = Math.floor(run.submittedAtMs + run.exportSeconds * 1000 * (0.2 + 0.6 * noise(9, age)));
    cancelStep(run, 'EXPORT', { atMs, statusInfo: 'Cancelled by user' });
  }
  backup.fixed = {
    ...(isHidden ? { hidden: true } : {}),
    ...(isAcknowledged ? { warningsAcknowledged: true } : {}),
    ...(description === undefined ? {} : { description }),
  };
}

interface UnderWay {
  /** Place among the machines. */
  readonly place: number;
  readonly ageSeconds: number;
  readonly script: RunScript;
}

/** In this order: one exports, one stores, one will fail, one waits. The first machine stays free. */
const underWay: readonly UnderWay[] = [
  { place: 1, ageSeconds: 95, script: { exportSeconds: 1500, storeSeconds: 600 } },
  { place: 2, ageSeconds: 400, script: { exportSeconds: 300, storeSeconds: 900 } },
  { place: 3, ageSeconds: 20, script: { exportSeconds: 180, outcome: 'export-failed' } },
  { place: 4, ageSeconds: 4, script: { queuedSeconds: 1200, exportSeconds: 240, outcome: 'partial' } },
];

/** Orders of runs that have been started a little before `nowMs`, numbered from `firstNumber`. */
export function ordersUnderWay({ entities, rules }: Estate, firstNumber: number, nowMs: number): BackupOrder[] {
  const machines = entities.filter(({ type }) => type === 'VM');
  const found = underWay.flatMap(({ place, ageSeconds, script }) => {
    const entity = machines[place];
    const rule = rules.find(({ guid }) => guid === entity?.rule.guid);
    return entity && rule ? [{ entity, rule, ageSeconds, script }] : [];
  });
  return found.map(({ entity, rule, ageSeconds, script }, index) => ({
    number: firstNumber + index,
    entity,
    type: 'INCREMENTAL',
    destination: rule.destination,
    rule: entity.rule,
    submittedAtMs: Math.floor(nowMs) - ageSeconds * 1000,
    script,
  }));
}
