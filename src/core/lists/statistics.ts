/** Sums over backups. Pure; what is not known stays out of a sum, and a sum of nothing is null. */
import { secondsBetween } from '../instant.ts';
import { type Backup, type BackupSize, type BackupStatus, backupStatuses } from '../model.ts';

export interface Statistics {
  readonly count: number;
  /** Only statuses that occur, in the order of the enum. */
  readonly byStatus: readonly { readonly status: BackupStatus; readonly count: number }[];
  /** Every provider that was asked, by name, also with 0. */
  readonly byProvider: readonly { readonly provider: string; readonly count: number }[];
  readonly totalSize: BackupSize;
  readonly averageDurationSeconds: number | null;
  /** Source bytes of all that have both a size and a duration, over the time that they took. */
  readonly averageBytesPerSecond: number | null;
}

export function summarize(rows: readonly Backup[], providers: readonly string[]): Statistics {
  const timed = rows.flatMap((row) => {
    const seconds = secondsBetween(row.startedAt, row.endedAt);
    return seconds === null ? [] : [{ seconds, bytes: row.size.originalBytes }];
  });
  const measured = timed.filter(({ bytes, seconds }) => bytes !== null && seconds > 0);
  const measuredSeconds = sum(measured.map(({ seconds }) => seconds));
  const measuredBytes = sum(measured.map(({ bytes }) => bytes));
  const seconds = sum(timed.map((one) => one.seconds));
  return {
    count: rows.length,
    byStatus: backupStatuses
      .map((status) => ({ status, count: rows.filter((row) => row.status === status).length }))
      .filter(({ count }) => count > 0),
    byProvider: providers.map((provider) => ({
      provider,
      count: rows.filter((row) => row.provider === provider).length,
    })),
    totalSize: sumSizes(rows),
    averageDurationSeconds: seconds === null ? null : seconds / timed.length,
    averageBytesPerSecond: measuredBytes === null || measuredSeconds === null ? null : measuredBytes / measuredSeconds,
  };
}

/** Null where nothing is known. Of whole numbers the nearest double, however large the sum is. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const total = known.reduce((sum, value) => sum + value, 0);
  // Above that, each addition rounds.
  if (total <= Number.MAX_SAFE_INTEGER || !known.every(Number.isInteger)) return total;
  return Number(known.reduce((sum, value) => sum + BigInt(value), 0n));
}

const sumSizes = (rows: readonly Backup[]): BackupSize => ({
  originalBytes: sum(rows.map(({ size }) => size.originalBytes)),
  compressedBytes: sum(rows.map(({ size }) => size.compressedBytes)),
  deduplicatedBytes: sum(rows.map(({ size }) => size.deduplicatedBytes)),
  storedBytes: sum(rows.map(({ size }) => size.storedBytes)),
});
