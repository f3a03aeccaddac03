/** How often usual backups are called unusual: over generated years, and over what a real product has recorded. */
import { describe, expect, test } from 'vitest';
import { toBackup } from '../../providers/borg/map.ts';
import { type StatusRow, statusReply } from '../../providers/borg/wire.ts';
import type { Run } from '../../src/core/history.ts';
import { secondsBetween } from '../../src/core/instant.ts';
import { type Backup, isSuccessful, noSize } from '../../src/core/model.ts';
import { findAnomalies, maxComparable, minComparable } from '../../src/lists/anomalies.ts';
import { reading } from '../support/borg-recorded.ts';
import { observedReplies } from '../support/borg-replay.ts';
import { aBackup } from '../support/model.ts';

const toRun = ({ externalId, sortedAt, status, type, startedAt, endedAt, size, itemCount }: Backup): Run => ({
  externalId,
  startedAt: sortedAt ?? 0,
  status,
  type,
  durationSeconds: secondsBetween(startedAt, endedAt),
  originalBytes: size.originalBytes,
  storedBytes: size.storedBytes,
  itemCount,
});

/** The same numbers each time, from -1 to 1, mostly near 0. */
function createNoise(seed: number): () => number {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return () => (next() + next() + next()) / 1.5 - 1;
}

/** What a night's backup has of the usual size. */
type Season = (night: number) => number;

const isMonthEnd: Season = (night) => (night % 30 === 29 ? 6 : 1);
/**
 * A change is new until it came three times within the last 30 runs: each month end is called unusual for two of its
 * numbers, a Sunday twice.
 */
const seasons: readonly (readonly [name: string, season: Season, alarms: number])[] = [
  ['that are alike', () => 1, 0],
  ['that are full every Sunday', (night) => (night % 7 === 0 ? 4 : 1), 8],
  ['that are small at weekends', (night) => (night % 7 < 2 ? 0.2 : 1), 0],
  ['that are large at the end of each month', isMonthEnd, 96],
  ['that are small at the end of each month', (night) => 1 / isMonthEnd(night), 96],
  ['that grow by 3 % each week', (night) => 1.03 ** (night / 7), 0],
  ['that double for good in the middle of the year', (night) => (night < 180 ? 1 : 2), 20],
  ['that shrink over two weeks of holidays', (night) => (night >= 200 && night < 214 ? 0.4 : 1), 24],
];
const nights = 365;
const entities = 4;

function countAlarms(season: Season): number {
  const noise = createNoise(11);
  let alarms = 0;
  for (let entity = 0; entity < entities; entity++) {
    const runs: Run[] = [];
    for (let night = 0; night < nights; night++) {
      const share = season(night);
      const backup = aBackup({
        externalId: `${night}`,
        size: { ...noSize, storedBytes: Math.round(1e9 * share * (1 + 0.1 * noise())) },
        startedAt: 0,
        endedAt: Math.round(600e6 * share * (1 + 0.3 * noise())),
        itemCount: Math.round(10_000 * share * (1 + 0.05 * noise())),
      });
      alarms += findAnomalies(backup, runs.slice(-maxComparable)).length;
      runs.push(toRun(backup));
    }
  }
  return alarms;
}

describe(`of ${entities * nights} generated backups`, () => {
  test.each(seasons)('%s, so many numbers are called unusual', (_name, season, alarms) => {
    expect(countAlarms(season)).toBe(alarms);
  });
});

describe('the backups of a recorded product', () => {
  const recorded = new Map(
    observedReplies
      .map(({ body }) => statusReply.safeParse(body))
      .flatMap(({ data }) => (data ? [toBackup(data as StatusRow, reading)] : []))
      .map((backup) => [backup.externalId, backup] as const),
  );
  const successes = [...recorded.values()].filter(({ status }) => isSuccessful(status));

  test('are too few of each entity to call any unusual', () => {
    const judged = successes.map((backup) => {
      const others = successes.filter((one) => one !== backup && one.entityId === backup.entityId);
      return { comparable: others.length, alarms: findAnomalies(backup, others.map(toRun)).length };
    });
    expect([recorded.size, successes.length]).toEqual([5, 2]);
    expect(Math.max(...judged.map(({ comparable }) => comparable))).toBeLessThan(minComparable);
    expect(judged.every(({ alarms }) => alarms === 0)).toBe(true);
  });

  test('are usual among each other, had they run every night in any order', () => {
    const noise = createNoise(3);
    let alarms = 0;
    for (let night = 0; night < 1_000; night++) {
      const draw = () => successes[noise() < 0 ? 0 : 1] as Backup;
      alarms += findAnomalies(
        draw(),
        Array.from({ length: maxComparable }, () => toRun(draw())),
      ).length;
    }
    expect(alarms).toBe(0);
  });
});
