/** Borg logs of which the product or the replay log keeps only a part, and the final numbers of a backup. */
import { describe, expect, it } from 'vitest';
import type { RunScript } from '../../providers/borg/sandbox/run.ts';
import {
  cancel,
  download,
  linesOf,
  logText,
  open,
  overEvents,
  overSocket,
  type PageBackup,
  page,
  rawOf,
  startRun,
  storedLines,
  typesOf,
} from '../support/borg-log-end.ts';

describe('a log that the product stores only in part', () => {
  /** A clean run that prints 2,500 lines and more, one of which holds the word that keeps its last 1,000. */
  const script: RunScript = { durationSeconds: 50, linesPerSecond: 50, paths: ['srv/error_log'] };

  it('is sent after a gap, without numbers, and in pages to a late client', async () => {
    await using fixture = await open();
    const { job, id } = startRun(fixture, script);
    fixture.sandbox.clock.advance(120_000);
    const kept = await storedLines(fixture, job);
    expect(kept).toHaveLength(1_000);
    const events = await overSocket(fixture, logText, { id });
    expect(events[0]).toMatchObject({
      __typename: 'StreamGap',
      fromLine: 1,
      toLine: null,
      reason: 'UPSTREAM_TRUNCATED',
    });
    expect(rawOf(events)).toEqual(kept);
    expect(new Set(linesOf(events).map(({ number }) => number))).toEqual(new Set([null]));
    const resumed = await overEvents(fixture, logText, { id, after: events[2]?.cursor });
    expect(rawOf(resumed)).toEqual(kept.slice(400));
    expect(typesOf(resumed)).toEqual(['LogLinesAppended', 'BackupFinished']);
    const seen: string[] = [];
    const gaps: string[] = [];
    for (let after: string | null = null, hasMore = true; hasMore; ) {
      const { log }: PageBackup = await page(fixture, id, { after });
      expect(log.isComplete).toBe(false);
      seen.push(...log.nodes.map(({ raw }) => raw));
      gaps.push(...log.gaps.map(({ reason }) => reason));
      ({ endCursor: after, hasNextPage: hasMore } = log.pageInfo);
    }
    expect(seen).toEqual(kept);
    expect(gaps).toEqual(['UPSTREAM_TRUNCATED']);
    expect((await download(fixture, id)).text).toBe(
      `[lines are missing here: UPSTREAM_TRUNCATED]\n${kept.map((line) => `${line}\n`).join('')}`,
    );
  });

  it('is joined to the lines that were already read', async () => {
    await using fixture = await open();
    const { job, id } = startRun(fixture, script);
    fixture.sandbox.clock.advance(2_000);
    const numbers: (number | null)[] = [];
    const events = await overSocket(fixture, logText, { id }, ({ lines }) => {
      numbers.push(...(lines ?? []).map(({ number }) => number));
      if (lines && numbers.length < 2_000) fixture.sandbox.clock.advance(4_000);
      // The rest, which is more than the last window showed, then what settles.
      else if (lines) fixture.sandbox.clock.advance(25_000);
    });
    expect(typesOf(events)).toEqual(['LogLinesAppended', 'BackupFinished']);
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
    expect(rawOf(events).slice(-1_000)).toEqual(await storedLines(fixture, job));
  });
});

describe('the log of a cancelled backup', () => {
  it('has line numbers from the product, whose first page is the end of the log', async () => {
    await using fixture = await open();
    const { job, id } = startRun(fixture, { durationSeconds: 600, linesPerSecond: 40 });
    fixture.sandbox.clock.advance(30_000);
    await cancel(fixture.sandbox, job);
    fixture.sandbox.clock.advance(60_000);
    const whole = await storedLines(fixture, job);
    expect(whole.length).toBeGreaterThan(1_000);
    for (const missing of [null, 'activity', 'stream'] as const) {
      fixture.sandbox.missingLogs = missing;
      const { log } = await page(fixture, id, { first: 2 });
      expect(log.nodes).toEqual(whole.slice(0, 2).map((raw, index) => ({ number: index + 1, raw })));
      expect(log).toMatchObject({ isComplete: true, gaps: [] });
      const events = await overSocket(fixture, logText, { id });
      expect(rawOf(events), `without ${missing}`).toEqual(whole);
      expect(linesOf(events).at(-1)?.number).toBe(whole.length);
      expect(typesOf(events)).toEqual(['LogLinesAppended', 'BackupFinished']);
    }
  });
});

describe('a replay log smaller than the window of the product', () => {
  it.each([1, 400])('of %i lines sends each line once, and gaps for the rest', async (replayLines) => {
    await using fixture = await open({}, { replayLines });
    const { id } = startRun(fixture, { durationSeconds: 200, linesPerSecond: 40, outcome: 'warnings' });
    const endMs = fixture.sandbox.clock.now() + 200_000;
    fixture.sandbox.clock.advance(30_000);
    const events = await overSocket(fixture, logText, { id }, ({ __typename }) => {
      const { clock } = fixture.sandbox;
      // What comes after its end is the stored log, then what settles.
      if (__typename === 'LogLinesAppended') clock.advance(clock.now() < endMs - 10_000 ? 5_000 : 60_000);
    });
    const raw = rawOf(events);
    expect(new Set(raw).size).toBe(raw.length);
    expect(typesOf(events)).toContain('StreamGap');
    expect(events.at(-1)?.__typename).toBe('BackupFinished');
  });
});
