/**
 * The end of a Borg log, told over WebSocket and as server-sent events. The product commits the last status first,
 * rewrites sizes, and stores the log seconds later; here the clock of both moves when a test says so.
 */
import { describe, expect, it } from 'vitest';
import { borg, createBorgProvider } from '../../providers/borg/index.ts';
import type { BorgSandbox, BorgSandboxOptions } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import type { RunScript } from '../../providers/borg/sandbox/run.ts';
import type { Product } from '../../providers/product.ts';
import { globalId, startGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/watched.ts';
import { accounting } from '../support/watching.ts';

const logText = `subscription ($id: ID!, $after: String) { backupLog(id: $id, after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on LogLinesAppended { lines { number raw } }
  ... on StreamGap { fromLine toLine reason }
  ... on BackupFinished { backup { status size { originalBytes } itemCount } }
} }`;
const progressText = `subscription ($id: ID!) { backupProgress(id: $id) {
  __typename
  ... on BackupUpdated { backup { status size { originalBytes } } }
  ... on BackupFinished { backup { status size { originalBytes } itemCount } }
} }`;
const changesText = `subscription { backupChanges { __typename
  ... on BackupUpdated { backup { id status } }
  ... on BackupFinished { backup { id status itemCount } }
} }`;
const pageText = `query ($id: ID!, $first: Int, $after: String) { backup(id: $id) {
  status size { originalBytes } itemCount logUrl
  log(first: $first, after: $after) {
    isComplete gaps { reason } nodes { number raw } pageInfo { endCursor hasNextPage }
  }
} }`;

interface Event {
  readonly __typename: string;
  readonly cursor: string;
  readonly lines?: readonly { number: number | null; raw: string }[];
  readonly backup?: { readonly status: string; readonly size: unknown; readonly itemCount: number | null };
  readonly fromLine?: number | null;
  readonly toLine?: number | null;
  readonly reason?: string;
}
interface PageBackup {
  readonly status: string;
  readonly size: { readonly originalBytes: number | null };
  readonly itemCount: number | null;
  readonly log: {
    readonly isComplete: boolean;
    readonly gaps: readonly { readonly reason: string }[];
    readonly nodes: readonly { readonly number: number | null; readonly raw: string }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}
interface Fixture extends AsyncDisposable {
  readonly sandbox: BorgSandbox;
  readonly gateway: TestGateway;
  /** Moves both clocks, and waits until the gateway has looked at the product again. */
  pass(seconds: number): Promise<void>;
}

/** Time goes by for the gateway as it does for the product. */
const onClockOf = (sandbox: BorgSandbox): Product<never> => ({
  ...(borg as unknown as Product<never>),
  create: (config) =>
    createBorgProvider(config, undefined, {
      elapsedMs: () => sandbox.clock.now(),
      now: () => Math.round(sandbox.clock.now() * 1000),
    }),
});

async function open(options: BorgSandboxOptions = {}, streams: object = {}): Promise<Fixture> {
  const sandbox = await startBorgSandbox({ speed: 0, storeSeconds: 3, demo: false, history: 20, ...options });
  const gateway = startGateway({
    providers: [{ ...sandbox.config, settleSeconds: 30 }],
    products: [onClockOf(sandbox) as unknown as Product],
    streams: { fastSeconds: 0.01, slowSeconds: 0.05, ...streams },
  });
  return {
    sandbox,
    gateway,
    async pass(seconds) {
      sandbox.clock.advance(seconds * 1000);
      await looks(sandbox);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

/** Two whole looks at a job that began after this call. */
async function looks({ requests }: BorgSandbox): Promise<void> {
  const isStatus = ({ path, status }: { path: string; status: number }) =>
    status > 0 && /^\/api\/backup\/(status\/|jobs$)/.test(path);
  const before = requests.filter(isStatus).length;
  await until(() => requests.filter(isStatus).length >= before + 3, 15_000);
}

type Watch = (fixture: Fixture, query: string, variables: object, onEvent?: (event: Event) => void) => Promise<Event[]>;

const overSocket: Watch = async ({ gateway }, query, variables, onEvent) => {
  const events: Event[] = [];
  for await (const { data, errors } of (await gateway.connect()).iterate({ query, variables: { ...variables } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    const event = Object.values(data ?? {})[0] as Event;
    events.push(event);
    onEvent?.(event);
  }
  return events;
};

const overEvents: Watch = async ({ gateway }, query, variables, onEvent) => {
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
  });
  const events: Event[] = [];
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const parts = (rest + Buffer.from(chunk).toString()).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^event: next$/m.test(part) && /^data: (.*)$/m.exec(part)?.[1];
      if (!data) continue;
      const event = Object.values((JSON.parse(data) as { data: object }).data)[0] as Event;
      events.push(event);
      onEvent?.(event);
    }
  }
  return events;
};

const transports: readonly (readonly [string, Watch])[] = [
  ['WebSocket', overSocket],
  ['server-sent events', overEvents],
];

const linesOf = (events: readonly Event[]) => events.flatMap(({ lines }) => lines ?? []);
const rawOf = (events: readonly Event[]) => linesOf(events).map(({ raw }) => raw);
const typesOf = (events: readonly Event[]) => [...new Set(events.map(({ __typename }) => __typename))];
const isPlaceholder = (raw: string) => raw.startsWith('{"key"');

function startRun({ sandbox }: Fixture, script: RunScript): { job: number; id: string } {
  const job = sandbox.startOutside(accounting, { script });
  return { job, id: globalId('BorgBackup', 'files', String(job)) };
}

async function storedLines({ sandbox }: Fixture, job: number): Promise<string[]> {
  const response = await fetch(`${sandbox.url}/api/backup/logs/${job}/stream`, {
    headers: { authorization: `Bearer ${sandbox.personalToken}` },
  });
  const { lines } = (await response.json()) as { lines: { content: string }[] };
  return lines.map(({ content }) => content).filter((content) => content !== '');
}

async function page({ gateway }: Fixture, id: string, variables: object = {}) {
  const { data, errors } = await gateway.askText(pageText, { id, first: 200, ...variables });
  if (errors) throw new Error(JSON.stringify(errors));
  return (data as { backup: PageBackup }).backup;
}

async function download({ gateway }: Fixture, id: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${await gateway.listen()}/backups/${id}/log`);
  return { status: response.status, text: await response.text() };
}

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

  it('that is never stored comes after the bound, with a gap for what was not seen', async () => {
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

  it('that was seen to its last line has no gap, although the product keeps none of it', async () => {
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

describe('a log of which the product keeps only a part', () => {
  /** A clean run that prints 2,500 lines and more, one of which holds the word that keeps its last 1,000. */
  const script: RunScript = { durationSeconds: 50, linesPerSecond: 50, paths: ['srv/error_log'] };

  it('is told after a gap, without numbers, and in pages, to who comes late', async () => {
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

  it('is joined to what was seen of it', async () => {
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
  it('has its numbers from the product, whose first page is the last of the log', async () => {
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

describe('a replay log that holds fewer lines than the product shows', () => {
  it.each([1, 400])('of %i lines tells each line once, and the rest as gaps', async (replayLines) => {
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

async function cancel(sandbox: BorgSandbox, job: number): Promise<void> {
  await fetch(`${sandbox.url}/api/backup/cancel/${job}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.personalToken}` },
  });
}
