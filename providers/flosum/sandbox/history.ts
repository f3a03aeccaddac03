/** Generated data: connections, eight months of finished jobs, and a few running ones. */
import { createJob, type FlosumScript, importOperations, type Job, noise, operationOfType } from './jobs.ts';

export interface FlosumConnection {
  readonly id: number;
  readonly externalId: number;
  readonly name: string;
  readonly userFullName: string;
  readonly userName: string;
  /** 18 characters; the first 15 of them are the same id in its short form. */
  readonly salesforceOrgId: string;
  readonly salesforceOrgType: 'PRODUCTION' | 'SANDBOX';
  /** Size of a whole backup today; the service does not tell it. */
  readonly bytes: number;
}

type ConnectionKind = Pick<FlosumConnection, 'id' | 'name' | 'userFullName' | 'salesforceOrgType' | 'bytes'>;

const wellKnown: readonly ConnectionKind[] = [
  { id: 7, name: 'Acme EMEA', userFullName: 'Backup Bot', salesforceOrgType: 'PRODUCTION', bytes: 41_300_000_000 },
  { id: 12, name: 'Acme EMEA UAT', userFullName: 'Backup Bot', salesforceOrgType: 'SANDBOX', bytes: 1_240_000_000 },
  { id: 31, name: 'Hallström Retail', userFullName: 'Åsa Hallström', salesforceOrgType: 'PRODUCTION', bytes: 380e9 },
  {
    id: 104,
    name: 'Northwind Service',
    userFullName: 'Ben Ito',
    salesforceOrgType: 'PRODUCTION',
    bytes: 96_000_000_000,
  },
  { id: 115, name: 'Northwind dev', userFullName: 'Ben Ito', salesforceOrgType: 'SANDBOX', bytes: 240_000_000 },
];

export function createConnections(count: number): FlosumConnection[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = wellKnown[index] ?? branch(index);
    const login = kind.name.toLowerCase().replaceAll(/[^a-z]+/g, '.');
    return {
      ...kind,
      // Close to the ids, so that taking one for the other finds a wrong connection at times.
      externalId: kind.id + 5,
      userName: `backup@${login}.example`,
      salesforceOrgId: orgId(kind.id),
    };
  });
}

const branch = (index: number): ConnectionKind => ({
  id: 115 + 9 * (index - 4),
  name: `Branch ${index + 1}`,
  userFullName: 'Backup Bot',
  salesforceOrgType: index % 3 === 0 ? 'SANDBOX' : 'PRODUCTION',
  bytes: 900_000_000 * (index + 1),
});

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = `${letters}${letters.toLowerCase()}0123456789`;

/** Salesforce repeats in the last three characters which of the first 15 are capitals. */
function orgId(seed: number): string {
  const made = Array.from({ length: 5 }, (_, index) => digits[Math.floor(noise(seed, index) * digits.length)]);
  const short = `00D5g00000${made.join('')}`;
  const suffix = [0, 5, 10].map((from) => {
    const capitals = [...short.slice(from, from + 5)].map((one) => letters.includes(one));
    const bits = capitals.reduce((sum, isCapital, index) => sum + (isCapital ? 2 ** index : 0), 0);
    return `${letters}012345`[bits];
  });
  return short + suffix.join('');
}

const dayMs = 86_400_000;
const spanMs = 240 * dayMs;

interface Slot {
  readonly connection: FlosumConnection;
  readonly atMs: number;
  /** How it came about: by the schedule, by hand, an archive beside a backup of the same instant, or an import. */
  readonly kind: 'scheduled' | 'manual' | 'paired' | 'twin' | 'import';
}

/**
 * `count` finished jobs that a list shows, and besides, among 20 or more, a few imports, which no filter finds.
 * The same `nowMs` gives the same jobs. Their ids grow from four digits to five, and job ids from five to six,
 * between two jobs of one connection that started in the same instant: an order of texts goes wrong there.
 */
export function createHistory(connections: readonly FlosumConnection[], count: number, nowMs: number): Job[] {
  if (connections.length === 0) return [];
  const listed = Array.from({ length: count }, (_, index) => slotAt(connections, index, count, nowMs));
  const imports = Array.from({ length: count < 20 ? 0 : Math.max(2, Math.floor(count / 30)) }, (_, index) => ({
    connection: connections[index % connections.length] as FlosumConnection,
    atMs: nowMs - spanMs * (0.5 + 0.45 * noise(12, index)),
    kind: 'import' as const,
  }));
  const slots = [...listed, ...imports].sort((a, b) => a.atMs - b.atMs);
  const middle = slots.findIndex((slot, index) => index >= count / 2 && isPair(slots[index - 1], slot));
  const before = middle < 0 ? Math.floor(count / 2) : middle;
  const firstId = Math.max(1, 10_000 - before);
  const firstJobId = Math.max(1, 100_000 - 3 * before);
  return slots.map((slot, index) =>
    finishedJob(slot, { id: firstId + index, jobId: firstJobId + 3 * index }, slots.length - 1 - index, nowMs),
  );
}

const isPair = (one: Slot | undefined, other: Slot): boolean =>
  one !== undefined && one.connection === other.connection && one.atMs === other.atMs;

/** Every few nights each connection in turn, mostly all in the same instant; about one job in ten by hand. */
function slotAt(connections: readonly FlosumConnection[], index: number, count: number, nowMs: number): Slot {
  const kind = kindOf(index);
  // The pair of a backup and its archive takes connection and instant of the first.
  const of = kind === 'twin' ? index - 1 : index;
  const night = Math.floor(of / connections.length);
  const place = of % connections.length;
  const intervalMs = spanMs / Math.ceil(count / connections.length);
  const nightMs = nightBefore(nowMs - night * intervalMs, intervalMs);
  const apartMs = night % 3 === 1 ? place * 180_000 + noise(6, of) * 1000 : 0;
  const laterMs = kind === 'manual' ? noise(5, of) * 0.3 * intervalMs : apartMs;
  const atMs = Math.min(nightMs + laterMs, nowMs - 6 * 3_600_000 - night * 1000);
  const isExact = kind === 'manual' || (kind === 'scheduled' && apartMs > 0);
  const connection = connections[place] as FlosumConnection;
  return { connection, kind, atMs: isExact ? Math.floor(atMs) : Math.floor(atMs / 1000) * 1000 };
}

function kindOf(index: number): Slot['kind'] {
  // Eleven, so that each connection has its turn at each of them.
  const place = index % 11;
  if (place === 7) return 'manual';
  if (place === 3) return 'paired';
  return place === 4 ? 'twin' : 'scheduled';
}

const nightBefore = (ms: number, intervalMs: number): number =>
  intervalMs < dayMs ? ms : Math.floor(ms / dayMs) * dayMs - 22 * 3_600_000;

type Outcome = NonNullable<FlosumScript['outcome']>;
/** The newest jobs have one of each outcome, so that a short history has all; most older ones succeeded. */
const shownOutcomes = new Map<number, Outcome>([
  [2, 'Exception'],
  [5, 'Aborted'],
  [11, 'Exception'],
]);
const shownOperations = new Map<number, string>([
  [0, operationOfType.full],
  [1, operationOfType['full & sync']],
  [3, operationOfType.template],
]);

function outcomeOf(age: number): Outcome {
  if (age < 20) return shownOutcomes.get(age) ?? 'Completed';
  if (noise(1, age) < 0.9) return 'Completed';
  return noise(2, age) < 0.6 ? 'Exception' : 'Aborted';
}

function operationOf(slot: Slot, age: number): string {
  if (slot.kind === 'import') return importOperations[age % 2] ?? '';
  if (slot.kind === 'twin') return operationOfType.archive;
  if (slot.kind === 'paired') return operationOfType.full;
  const drawn = noise(3, age);
  const usual =
    drawn < 0.15 ? operationOfType['full & sync'] : drawn < 0.3 ? operationOfType.template : operationOfType.full;
  return shownOperations.get(age) ?? usual;
}

const shareOfOperation: Record<string, number> = {
  [operationOfType.template]: 0.3,
  [operationOfType.archive]: 0.04,
};

function finishedJob(slot: Slot, ids: { id: number; jobId: number }, age: number, nowMs: number): Job {
  const operationType = operationOf(slot, age);
  const growth = 1 - (0.3 * (nowMs - slot.atMs)) / spanMs;
  const share = (shareOfOperation[operationType] ?? 1) * (0.97 + 0.03 * noise(4, ids.id));
  const sizeBytes = Math.floor(slot.connection.bytes * growth * share);
  // Some wait long enough to start after jobs with a higher id.
  const waitMs = slot.kind === 'scheduled' && ids.id % 13 === 5 ? 240_000 + 2_400_000 * noise(8, ids.id) : 0;
  return createJob(
    {
      ...ids,
      connectionId: slot.connection.id,
      name: nameOf(slot, operationType),
      operationType,
      isIncludeMetadata: noise(9, ids.id) < 0.7,
      atMs: slot.atMs + waitMs,
    },
    {
      durationSeconds: Math.floor(30 + sizeBytes / 40_000_000 + 60 * noise(10, ids.id)),
      outcome: slot.kind === 'import' ? 'Completed' : outcomeOf(age),
      sizeBytes,
      records: toRecords(sizeBytes),
    },
  );
}

export const toRecords = (bytes: number): number => Math.floor(bytes / 1_740);

/** Names repeat: nothing says that they are unique. */
function nameOf({ connection, kind, atMs }: Slot, operationType: string): string {
  if (kind === 'import') return `Import of ${new Date(atMs).getUTCFullYear() - 1}`;
  if (kind === 'manual') return `Before release ${new Date(atMs).toISOString().slice(0, 7)}`;
  if (operationType === operationOfType.archive) return 'Closed cases older than 2 years';
  if (operationType === operationOfType.template) return 'Finance objects';
  return operationType === operationOfType.full ? `Nightly ${connection.name}` : `Nightly sync ${connection.name}`;
}

/** Runs that the schedule has started a little before `nowMs`. They leave the first connection free. */
export function jobsUnderWay(
  connections: readonly FlosumConnection[],
  first: { id: number; jobId: number },
  nowMs: number,
): Job[] {
  const wanted: readonly [place: number, ageSeconds: number, operationType: string, script: FlosumScript][] = [
    [2, 130, operationOfType['full & sync'], { durationSeconds: 2700, logLines: 900 }],
    [3, 40, operationOfType.template, { durationSeconds: 600, logLines: 200 }],
    [1, 20, operationOfType.full, { durationSeconds: 150, logLines: 60, outcome: 'Exception' }],
  ];
  const found = wanted.flatMap(([place, ageSeconds, operationType, script]) => {
    const connection = connections[place];
    return connection ? [{ connection, ageSeconds, operationType, script }] : [];
  });
  return found.map(({ connection, ageSeconds, operationType, script }, index) => {
    const atMs = nowMs - ageSeconds * 1000;
    const { id: connectionId, bytes } = connection;
    const name = nameOf({ connection, atMs, kind: 'scheduled' }, operationType);
    const ids = { id: first.id + index, jobId: first.jobId + 3 * index };
    const sizes = { sizeBytes: bytes, records: toRecords(bytes) };
    return createJob({ ...ids, connectionId, name, operationType, atMs }, { ...sizes, ...script });
  });
}
