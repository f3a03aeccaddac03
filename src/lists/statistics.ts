/** Sums over backups, row by row. Unknown values are left out; a sum without any known value is null. */
import { secondsBetween } from '../core/instant.ts';
import { type Backup, type BackupSize, type BackupStatus, backupStatuses, statusTraits } from '../core/model.ts';
import { Sum } from './sum.ts';

export interface Statistics {
  readonly count: number;
  /** Only statuses that occur, in the order of the enum. */
  readonly byStatus: readonly { readonly status: BackupStatus; readonly count: number }[];
  /** Every selected provider, by name, including those with 0. */
  readonly byProvider: readonly { readonly provider: string; readonly count: number }[];
  readonly totalSize: BackupSize;
  /** Number of backups in each sum of `totalSize`. */
  readonly sizedCount: SizeCounts;
  /** Number of backups in `averageDurationSeconds`. */
  readonly timedCount: number;
  /** Number of backups in `averageBytesPerSecond`. */
  readonly ratedCount: number;
  /** 0 to 1: successes among the backups that succeeded or failed; null if there are none. */
  readonly successRate: number | null;
  readonly averageDurationSeconds: number | null;
  /** Total original bytes over total duration of the backups that have both. */
  readonly averageBytesPerSecond: number | null;
}

/** Number of backups whose size of each kind is known. */
export type SizeCounts = Readonly<Record<keyof BackupSize, number>>;

/** Null without any success or failure. */
export const toSuccessRate = (succeeded: number, failed: number): number | null =>
  succeeded + failed === 0 ? null : succeeded / (succeeded + failed);

export class SizeSums {
  readonly #sums = {
    originalBytes: new Sum(),
    compressedBytes: new Sum(),
    deduplicatedBytes: new Sum(),
    storedBytes: new Sum(),
  } satisfies Record<keyof BackupSize, Sum>;

  add(size: BackupSize): void {
    for (const name of sizeNames) this.#sums[name].add(size[name]);
  }

  values(): BackupSize {
    const { originalBytes, compressedBytes, deduplicatedBytes, storedBytes } = this.#sums;
    return {
      originalBytes: originalBytes.value,
      compressedBytes: compressedBytes.value,
      deduplicatedBytes: deduplicatedBytes.value,
      storedBytes: storedBytes.value,
    };
  }

  counts(): SizeCounts {
    const { originalBytes, compressedBytes, deduplicatedBytes, storedBytes } = this.#sums;
    return {
      originalBytes: originalBytes.count,
      compressedBytes: compressedBytes.count,
      deduplicatedBytes: deduplicatedBytes.count,
      storedBytes: storedBytes.count,
    };
  }
}

export class StatisticsCounter {
  #count = 0;
  readonly #outcomes = { succeeded: 0, failed: 0, other: 0 };
  readonly #byStatus = new Map<BackupStatus, number>();
  readonly #byProvider: Map<string, number>;
  readonly #sizes = new SizeSums();
  readonly #seconds = new Sum();
  readonly #measuredSeconds = new Sum();
  readonly #measuredBytes = new Sum();

  /** `providers`: names of the selected providers. */
  constructor(providers: readonly string[]) {
    this.#byProvider = new Map(providers.map((provider) => [provider, 0]));
  }

  add({ provider, status, size, startedAt, endedAt }: Backup): void {
    this.#count++;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    this.#byProvider.set(provider, (this.#byProvider.get(provider) ?? 0) + 1);
    this.#outcomes[statusTraits[status].bucket]++;
    this.#sizes.add(size);
    const seconds = secondsBetween(startedAt, endedAt);
    this.#seconds.add(seconds);
    if (seconds === null || seconds <= 0 || size.originalBytes === null) return;
    this.#measuredSeconds.add(seconds);
    this.#measuredBytes.add(size.originalBytes);
  }

  result(): Statistics {
    const seconds = this.#seconds.value;
    const measuredSeconds = this.#measuredSeconds.value;
    const measuredBytes = this.#measuredBytes.value;
    return {
      count: this.#count,
      byStatus: backupStatuses.flatMap((status) => {
        const count = this.#byStatus.get(status);
        return count === undefined ? [] : [{ status, count }];
      }),
      byProvider: [...this.#byProvider].map(([provider, count]) => ({ provider, count })),
      totalSize: this.#sizes.values(),
      sizedCount: this.#sizes.counts(),
      timedCount: this.#seconds.count,
      ratedCount: this.#measuredSeconds.count,
      successRate: toSuccessRate(this.#outcomes.succeeded, this.#outcomes.failed),
      averageDurationSeconds: seconds === null ? null : seconds / this.#seconds.count,
      averageBytesPerSecond:
        measuredBytes === null || measuredSeconds === null ? null : measuredBytes / measuredSeconds,
    };
  }
}

const sizeNames = ['originalBytes', 'compressedBytes', 'deduplicatedBytes', 'storedBytes'] as const;
