/** What a valid backup, entity and log line look like, written again without a look at any adapter. */
import { expect } from 'vitest';
import { z } from 'zod';
import {
  type Backup,
  backupStatuses,
  backupTriggers,
  backupTypes,
  isFinished,
  type LogLine,
  logLevels,
  originKinds,
  type ProtectedEntity,
} from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';

const year = (number: number) => Date.UTC(number, 0) * 1000;
const instant = z.int().min(year(2000)).max(year(2100));
const wholeNumber = z.int().nonnegative();
const number = z.number().nonnegative();
const text = z.string().min(1);
const sentence = text.regex(/^\S(.*\S)?$/u, 'one line without space around it');

const size = z.strictObject({
  originalBytes: wholeNumber.nullable(),
  compressedBytes: wholeNumber.nullable(),
  deduplicatedBytes: wholeNumber.nullable(),
  storedBytes: wholeNumber.nullable(),
});

const progress = z.strictObject({
  percent: number.max(100).nullable(),
  processedBytes: wholeNumber.nullable(),
  totalBytes: wholeNumber.nullable(),
  processedItems: wholeNumber.nullable(),
  currentItem: text.nullable(),
  bytesPerSecond: number.nullable(),
  secondsRemaining: number.nullable(),
  updatedAt: instant,
});

const backup = z.strictObject({
  kind: text,
  provider: text,
  localId: text,
  externalId: text,
  entityId: text.nullable(),
  name: text.nullable(),
  description: text.nullable(),
  type: z.enum(backupTypes),
  status: z.enum(backupStatuses),
  upstreamStatus: text,
  trigger: z.enum(backupTriggers),
  origin: z.strictObject({ kind: z.enum(originKinds), name: text.nullable() }).optional(),
  sortedAt: wholeNumber.max(year(2100)).nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  size,
  itemCount: wholeNumber.nullable(),
  isRemoved: z.boolean(),
  progress: progress.nullable(),
  errorMessage: sentence.nullable(),
  warnings: z.array(z.strictObject({ message: sentence, acknowledged: z.boolean() })),
  isSettling: z.literal(true).optional(),
  details: z.unknown(),
});

const entity = z.strictObject({
  kind: text,
  provider: text,
  externalId: text,
  name: text,
  isPresent: z.boolean().optional(),
  labels: z.array(z.string()).optional(),
  nextRunAt: instant.optional(),
  details: z.unknown(),
});

const logLine = z.strictObject({
  text: z.string().regex(/^[^\n\r]*$/, 'one line'),
  raw: z.string(),
  at: instant.nullable(),
  level: z.enum(logLevels),
});

export function expectValidBackup({ kind, name }: Provider, value: Backup): void {
  expectShape(backup, value, `backup ${value.localId}`);
  expect(value).toMatchObject({ kind, provider: name });
  const { status, sortedAt, startedAt, endedAt } = value;
  if (isFinished(status)) expect(value.progress, `progress of a backup that is ${status}`).toBeNull();
  else expect(endedAt, `the end of a backup that is ${status}`).toBeNull();
  if (sortedAt === null) expect(status, 'the status of a backup without a time').toBe('QUEUED');
  if (startedAt !== null && endedAt !== null) expect(endedAt).toBeGreaterThanOrEqual(startedAt);
  if (value.isRemoved) expect(status).toMatch(/^SUCCEEDED/);
}

export function expectValidEntity({ kind, name }: Provider, value: ProtectedEntity): void {
  expectShape(entity, value, `entity ${value.externalId}`);
  expect(value).toMatchObject({ kind, provider: name });
}

export const expectValidLine = (value: LogLine): void => expectShape(logLine, value, 'log line');

function expectShape(schema: z.ZodType, value: unknown, what: string): void {
  const { error } = schema.safeParse(value);
  expect(error ? z.prettifyError(error) : 'valid', what).toBe('valid');
  expect(undefinedIn(value), `fields of ${what} that are undefined, where null means none`).toEqual([]);
}

function undefinedIn(value: unknown, path = ''): string[] {
  if (value === undefined) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => undefinedIn(field, path === '' ? key : `${path}.${key}`));
}
