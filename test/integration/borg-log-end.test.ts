/** The end of a Borg log over WebSocket and server-sent events: complete, numbered, and without false gaps. */
import { describe, expect, it } from 'vitest';
import type { RunScript } from '../../providers/borg/sandbox/run.ts';
import {
  cancel,
  download,
  type Event,
  linesOf,
  logText,
  looks,
  open,
  overEvents,
  overSocket,
  page,
  rawOf,
  startRun,
  storedLines,
  typesOf,
  type Watch,
} from '../support/borg-log-end.ts';

const progressText = `subscription ($id: ID!) { backupProgress(id: $id) {
  __typename
  ... on BackupUpdated { backup { status size { originalBytes } } }
  ... on BackupFinished { backup { status size { originalBytes } itemCount } }
} }`;

const changesText = `subscription { backupChanges { __typename
  ... on BackupUpdated { backup { id status } }
  ... on BackupFinished { backup { id status itemCount } }
} }`;

const transports: readonly (readonly [string, Watch])[] = [
  ['WebSocket', overSocket],
  ['server-sent events', overEvents],
];

const isPlaceholder = (raw: string) => raw.startsWith('{"key"');

/** Resolves when lines have come. */
function signalled() {
  let tell: () => void = () => undefined;
  const lines = new Promise<void>((resolve) => (tell = resolve));
  return { lines, onEvent: ({ __typename }: Event) => __typename === 'LogLinesAppended' && tell() };
}

const cases: readonly (readonly [string, RunScript, boolean])[] = [
  ['ends with warnings', { outcome: 'warnings', durationSeconds: 60, linesPerSecond: 20 }, false],
  ['fails', { outcome: 'failed', durationSeconds: 60 }, false],
  [
    'fails for a reason in prose',
    { outcome: 'failed', durationSeconds: 60, errorMessage: 'No space left on device' },
    false,
  ],
  [
    'ends with warnings, and a hook runs for 20 s',
    { outcome: 'warnings', durationSeconds: 60, storeSeconds: 20 },
    false,
  ],
  ['is cancelled', { durationSeconds: 600, storeSeconds: 3 }, true],
];

describe.each(transports)('the end of a log over %s', (_, watch) => {
  it.each(cases)(
    'of a backup that %s is told whole, to who is early, late and back again',
    async (_name, script, isCancelled) => {
      await using fixture = await open();
      const { sandbox } = fixture;
      const { job, id } = startRun(fixture, script);
      sandbox.clock.advance(20_000);
      const { lines, onEvent } = signalled();
      const early = watch(fixture, logText, { id }, onEvent);
      await lines;
      const cursor = (await page(fixture, id, { first: 7 })).log.pageInfo.endCursor;
      if (isCancelled) await cancel(sandbox, job);
      await fixture.pass(isCancelled ? 1 : 41);
      const late = watch(fixture, logText, { id });
      const resumed = watch(fixture, logText, { id, after: cursor });
      await looks(sandbox);
      const meanwhile = await page(fixture, id);
      expect(meanwhile.log.nodes.some(({ raw }) => isPlaceholder(raw) || raw.startsWith('No space'))).toBe(false);
      expect(meanwhile.log.isComplete).toBe(false);
      expect((await download(fixture, id)).text).toContain('[the log is not stored yet: more lines may follow]');
      const storeSeconds = script.storeSeconds ?? 3;
      if (storeSeconds < 7) await fixture.pass(storeSeconds);
      else sandbox.clock.advance(storeSeconds * 1000);
      // Its numbers have not changed for long enough: that was the last look.
      sandbox.clock.advance(8_000);
      const streams = [
        [await early, 0],
        [await late, 0],
        [await resumed, 7],
      ] as const;
      const whole = await storedLines(fixture, job);
      expect(whole.length).toBeGreaterThan(60);
      for (const [events, from] of streams) {
        expect(rawOf(events)).toEqual(whole.slice(from));
        expect(linesOf(events).map(({ number }) => number)).toEqual(
          whole.slice(from).map((_line, index) => from + index + 1),
        );
        expect(typesOf(events)).toEqual(['LogLinesAppended', 'BackupFinished']);
      }
      const seen: string[] = [];
      for (let after: string | null = null, hasMore = true; hasMore; ) {
        const { log } = await page(fixture, id, { first: 25, after });
        expect(log).toMatchObject({ isComplete: true, gaps: [] });
        seen.push(...log.nodes.map(({ raw }) => raw));
        ({ endCursor: after, hasNextPage: hasMore } = log.pageInfo);
      }
      expect(seen).toEqual(whole);
      expect((await download(fixture, id)).text.trimEnd().split('\n')).toEqual(whole);
      expect(rawOf(await watch(fixture, logText, { id }))).toEqual(whole);
    },
  );

  it('that is never stored comes after settleSeconds, with a gap for unread lines', async () => {
    await using fixture = await open();
    const { id } = startRun(fixture, {
      outcome: 'failed',
      durationSeconds: 60,
      storeSeconds: Number.POSITIVE_INFINITY,
    });
    fixture.sandbox.clock.advance(20_000);
    const { lines, onEvent } = signalled();
    const early = watch(fixture, logText, { id }, onEvent);
    await lines;
    const before = (await page(fixture, id)).log.nodes.length;
    await fixture.pass(41);
    await fixture.pass(15);
    expect((await page(fixture, id)).log).toMatchObject({ isComplete: false, gaps: [] });
    fixture.sandbox.clock.advance(16_000);
    const events = await early;
    expect(linesOf(events)).toHaveLength(before);
    expect(events.slice(-2)).toMatchObject([
      { __typename: 'StreamGap', fromLine: before + 1, toLine: null, reason: 'UPSTREAM_TRUNCATED' },
      { __typename: 'BackupFinished' },
    ]);
    // The product shows its error message in the place of the log, which hides nothing of what was seen.
    const late = await watch(fixture, logText, { id });
    expect(linesOf(late)).toEqual(linesOf(events));
    expect((await page(fixture, id)).log.nodes).toHaveLength(before);
    expect((await download(fixture, id)).text).not.toContain('{"key"');
  });

  it('that was read to its last line has no gap, although the product stores none of it', async () => {
    await using fixture = await open();
    const { id } = startRun(fixture, { durationSeconds: 12, lingerSeconds: 4 });
    fixture.sandbox.clock.advance(12_500);
    const { lines, onEvent } = signalled();
    const reading = watch(fixture, logText, { id }, onEvent);
    await lines;
    await fixture.pass(4);
    fixture.sandbox.clock.advance(8_000);
    const events = await reading;
    expect(rawOf(events).at(-1)).toContain('borg.output.show-rc');
    expect(typesOf(events)).toEqual(['LogLinesAppended', 'BackupFinished']);
    expect((await page(fixture, id)).log).toMatchObject({ isComplete: true, gaps: [] });
    expect(linesOf(await watch(fixture, logText, { id }))).toEqual(linesOf(events));
  });
});

describe('the last event of a backup', () => {
  it('and the lists after it carry the sizes that the product wrote last', async () => {
    await using fixture = await open();
    const { id } = startRun(fixture, { durationSeconds: 60, outcome: 'warnings', finalSizesSeconds: 6 });
    fixture.sandbox.clock.advance(20_000);
    const progress = overSocket(fixture, progressText, { id });
    const changes: Event[] = [];
    const client = await fixture.gateway.connect();
    const watching = (async () => {
      for await (const { data } of client.iterate({ query: changesText })) {
        changes.push(Object.values(data ?? {})[0] as Event);
        if (changes.at(-1)?.__typename === 'BackupFinished') return;
      }
    })();
    await looks(fixture.sandbox);
    await fixture.pass(41);
    const listed = await page(fixture, id);
    expect(listed).toMatchObject({ status: 'SUCCEEDED_WITH_WARNINGS' });
    await fixture.pass(5);
    fixture.sandbox.clock.advance(8_000);
    const events = await progress;
    await watching;
    const last = { status: 'SUCCEEDED_WITH_WARNINGS', size: { originalBytes: 2_400_000_000 }, itemCount: 120 };
    expect(events.at(-1)).toMatchObject({ __typename: 'BackupFinished', backup: last });
    // The status is told when it is known.
    expect(
      events.some(({ __typename, backup }) => __typename === 'BackupUpdated' && backup?.status === last.status),
    ).toBe(true);
    expect(changes.at(-1)?.backup).toMatchObject({ status: last.status, itemCount: 120 });
    expect(changes.filter(({ __typename }) => __typename === 'BackupFinished')).toHaveLength(1);
    expect(await page(fixture, id)).toMatchObject(last);
  });
});
