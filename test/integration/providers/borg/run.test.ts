import { describe, expect, it } from 'vitest';
import { borg } from '../../../../providers/borg/index.ts';
import { logReply } from '../../../../providers/borg/wire.ts';
import type { Backup, LogLine } from '../../../../src/core/model.ts';
import { isFinished } from '../../../../src/core/model.ts';
import type { LogRead, Provider } from '../../../../src/core/provider.ts';
import { type RunReplay, recordedRun, replayRun } from '../../../support/borg-replay.ts';
import { never } from '../../../support/calls.ts';

async function open() {
  const replay = await replayRun();
  const config = { name: 'files', kind: 'borg', url: replay.url, token: 'borgui_x', settleSeconds: 0 };
  const provider = borg.create(borg.config.parse(config));
  return {
    replay,
    provider,
    async [Symbol.asyncDispose]() {
      await provider.close();
      await replay[Symbol.asyncDispose]();
    },
  };
}

/** The times at which the recording asked for the status of this job, each just before it asked for its log. */
const momentsOf = (id: string): number[] =>
  recordedRun.filter(({ request }) => request === `GET /api/backup/status/${id}`).map(({ atMs }) => atMs + 20);

/** The lines of a growing log, each once: those of a read that were not known before. */
function join(known: readonly LogLine[], { lines, firstNumber }: LogRead): LogLine[] {
  if (firstNumber === null) throw new Error('this log is short enough to be numbered');
  return [...known, ...lines.slice(known.length - firstNumber + 1)];
}

interface Seen {
  readonly backups: readonly Backup[];
  readonly lines: readonly LogLine[];
  readonly last: LogRead;
}

/** Watches a job as the gateway does, once for each moment of the recording. */
async function watch(provider: Provider, replay: RunReplay, id: string): Promise<Seen> {
  const backups: Backup[] = [];
  let lines: LogLine[] = [];
  let last: LogRead | undefined;
  for (const moment of momentsOf(id)) {
    replay.goTo(moment);
    const backup = await readStatus(provider, id);
    last = await provider.readLog?.(backup, { offset: 0, limit: null }, never());
    if (last && last.state !== 'discarded') lines = join(lines, last);
    backups.push(isFinished(backup.status) ? backup : (provider.refineFromLog?.(backup, lines.slice(-50)) ?? backup));
  }
  if (!last) throw new Error('nothing was recorded');
  return { backups, lines, last };
}

/** What the recording had of single jobs is their status; the list was asked for only at the ends. */
async function readStatus(provider: Provider, id: string): Promise<Backup> {
  const [backup] = await provider.getBackups([id], never());
  if (!backup) throw new Error('the recording has this job');
  return backup;
}

const percentsOf = (backups: readonly Backup[]): number[] => backups.flatMap(({ progress }) => progress?.percent ?? []);
const steps = (numbers: readonly number[]): number[] =>
  numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));

/** What the product had kept of the log, or the most that it ever showed. */
function recordedLines(request: string): string[] {
  const replies = recordedRun.filter((call) => call.request === request && call.status === 200);
  const { lines } = logReply.parse(replies.at(-1)?.reply);
  return lines.map(({ content }) => content);
}

describe('a recorded run that somebody cancels', () => {
  it('moves smoothly, and ends as CANCELLED', async () => {
    await using fixture = await open();
    const { backups } = await watch(fixture.provider, fixture.replay, '3');
    expect(backups.map(({ status }) => status)).toEqual([...Array(6).fill('RUNNING'), 'CANCELLED']);
    expect(steps(percentsOf(backups)).every((step) => step > 0 && step < 10)).toBe(true);
    expect(backups.at(-1)).toMatchObject({
      errorMessage: 'It was cancelled by a user.',
      progress: null,
      itemCount: 31,
      size: { originalBytes: 625_350_456, storedBytes: 625_351_200 },
    });
  });

  it('shows every line of its log once, in order, to the two that report the signal', async () => {
    await using fixture = await open();
    const { lines, last } = await watch(fixture.provider, fixture.replay, '3');
    const stored = recordedLines('GET /api/backup/logs/3/stream?offset=0');
    expect(stored.at(-1)).toBe('');
    expect(lines.map(({ raw }) => raw)).toEqual(stored.slice(0, -1));
    expect(lines.slice(-2).map(({ text, level }) => [text, level])).toEqual([
      ['Received SIGTERM', 'ERROR'],
      ['terminating with signal status, rc 143', 'ERROR'],
    ]);
    expect(last).toMatchObject({ state: 'complete', hasMore: false });
  });

  it('goes on with its stored log from any line', async () => {
    await using fixture = await open();
    fixture.replay.goTo(5100);
    const backup = await readStatus(fixture.provider, '3');
    const rest = await fixture.provider.readLog?.(backup, { offset: 5, limit: null }, never());
    expect(rest).toMatchObject({ firstNumber: 6, state: 'complete' });
    expect(rest?.lines).toHaveLength(17);
  });

  it('is started and cancelled as the recording was', async () => {
    await using fixture = await open();
    const { provider, replay } = fixture;
    replay.goTo(60);
    const request = { entityId: '/srv/borg/beta', name: null, description: null, nonce: 'n0000000' };
    const backup = { localId: '3', status: 'RUNNING', trigger: 'MANUAL' };
    expect(await provider.startBackup?.(request, never())).toMatchObject({ backup });
    replay.goTo(5070);
    const result = await provider.cancelBackup?.('3', never());
    expect(result).toMatchObject({ processTerminated: true, backup: { status: 'CANCELLED' } });
  });
});

describe('a recorded run to the end', () => {
  it('moves smoothly, knows its file and speed, and ends as SUCCEEDED', async () => {
    await using fixture = await open();
    const { backups } = await watch(fixture.provider, fixture.replay, '4');
    const running = backups.slice(0, -1);
    expect(running.every(({ status }) => status === 'RUNNING')).toBe(true);
    const percents = percentsOf(backups);
    expect(steps(percents).every((step) => step > 0 && step < 15)).toBe(true);
    expect(percents.at(-1)).toBeGreaterThan(90);
    // The first one had no line yet.
    for (const { progress } of running.slice(1)) expect(progress?.currentItem).toMatch(/^srv\/files\/f\d+$/);
    for (const { progress } of running.slice(3)) {
      expect(progress?.bytesPerSecond).toBeGreaterThan(100_000_000);
      expect(progress?.secondsRemaining).toBeLessThan(20);
    }
    expect(backups.at(-1)).toMatchObject({ status: 'SUCCEEDED', errorMessage: null, progress: null });
  });

  it('knows far more than the record, which moves every three seconds', async () => {
    await using fixture = await open();
    const { backups } = await watch(fixture.provider, fixture.replay, '4');
    const recorded = momentsOf('4').length - 2;
    expect(new Set(percentsOf(backups)).size).toBeGreaterThanOrEqual(recorded);
  });

  it('loses its log the moment it ends, but none of the lines that were seen', async () => {
    await using fixture = await open();
    const { lines, last } = await watch(fixture.provider, fixture.replay, '4');
    const shown = recordedLines('GET /api/activity/backup/4/logs');
    expect(shown).toHaveLength(55);
    expect(lines.map(({ raw }) => raw)).toEqual(shown);
    expect(last).toEqual({ lines: [], firstNumber: null, hasMore: false, state: 'discarded' });
  });

  it('that ends between its status and its log is read again', async () => {
    await using fixture = await open();
    const { provider, replay } = fixture;
    replay.goTo(16_650);
    const backup = await readStatus(provider, '4');
    expect(backup.status).toBe('RUNNING');
    replay.goTo(17_450);
    expect(await provider.readLog?.(backup, { offset: 5, limit: null }, never())).toMatchObject({ state: 'discarded' });
  });
});
