/** Server-sent events: ids that a stream resumes after, by Last-Event-ID, through nginx as it comes as well as without. */
import { afterAll, describe, expect, test } from 'vitest';
import { globalId, startBorgGateway } from '../../support/gateway.ts';
import { isNginxMissing, startNginx } from '../../support/nginx.ts';

const gateway = await startBorgGateway({ logPolicy: 'all_jobs' });
afterAll(() => gateway[Symbol.asyncDispose]());
const direct = await gateway.listen();
const { sandbox } = gateway;

interface Told {
  readonly event: string;
  readonly id: string | null;
  readonly data: {
    data?: Record<string, Record<string, unknown>>;
    errors?: { message: string; extensions: object }[];
  } | null;
}

interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly lastEventId?: string;
  readonly isGet?: boolean;
}

/** Events one by one, as they arrive; the connection is cut when nobody reads on. */
async function* events(origin: string, { query, variables = {}, lastEventId, isGet = false }: Asked) {
  const gone = new AbortController();
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    ...(isGet ? {} : { 'content-type': 'application/json' }),
  };
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const response = isGet
    ? await fetch(`${origin}/graphql?${parameters}`, { headers, signal: gone.signal })
    : await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables }),
        signal: gone.signal,
      });
  try {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) if (!part.startsWith(':')) yield read(part);
    }
  } finally {
    gone.abort();
  }
}

function read(part: string): Told {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(part)?.[1] ?? null;
  return { event: field('event') ?? '', id: field('id'), data: JSON.parse(field('data') || 'null') };
}

const log = `subscription ($id: ID!, $after: String) {
  backupLog(id: $id, after: $after) { cursor ... on LogLinesAppended { lines { number } } ... on BackupFinished { backup { status } } }
}`.replace('{ cursor ...', '{ ... on StreamEvent { cursor } ...');

/** A backup that has ended, with the whole of its log to be read in parts of 200. */
function endedBackup(): string {
  const job = String(
    sandbox.startOutside('/backups/accounting', { script: { durationSeconds: 30, linesPerSecond: 20 } }),
  );
  sandbox.clock.advance(60_000);
  return globalId('BorgBackup', 'files', job);
}

const id = endedBackup();

async function all(stream: AsyncIterable<Told>): Promise<Told[]> {
  const told: Told[] = [];
  for await (const one of stream) told.push(one);
  return told;
}

const isLast = ({ data }: Told) => 'backup' in (data?.data?.['backupLog'] ?? {});
const numbers = (told: readonly Told[]): number[] =>
  told.flatMap(({ data }) =>
    ((data?.data?.['backupLog']?.['lines'] ?? []) as { number: number }[]).map((line) => line.number),
  );

describe('the id of an event', () => {
  test('is its cursor, whether that is selected or not', async () => {
    const selected = await all(events(direct, { query: log, variables: { id } }));
    expect(selected.at(-1)).toEqual({ event: 'complete', id: null, data: null });
    expect(selected.length).toBeGreaterThan(3);
    for (const one of selected.slice(0, -1)) {
      expect(one.id).toMatch(/^[\w-]+$/);
      expect(one.id).toBe(one.data?.data?.['backupLog']?.['cursor']);
    }
    const unselected = log.replace('... on StreamEvent { cursor }', '');
    const told = await all(events(direct, { query: unselected, variables: { id }, isGet: true }));
    expect(told.map((one) => one.id)).toEqual(selected.map((one) => one.id));
  });

  test('is there for progress and changes, and not for a query or an error', async () => {
    const progress = await all(
      events(direct, {
        query: 'subscription ($id: ID!) { backupProgress(id: $id) { __typename } }',
        variables: { id },
      }),
    );
    expect(progress.map((one) => one.id !== null)).toEqual([true, false]);
    const query = await all(events(direct, { query: '{ viewer { name } }' }));
    expect(query.map((one) => [one.event, one.id])).toEqual([
      ['next', null],
      ['complete', null],
    ]);
    const refused = await all(events(direct, { query: log, variables: { id: 'none' } }));
    expect(refused[0]).toMatchObject({ id: null, data: { errors: [{ extensions: { code: 'NOT_FOUND' } }] } });
  });
});

describe('Last-Event-ID', () => {
  test('is where a repeated request goes on, before what its document and variables say', async () => {
    const whole = await all(events(direct, { query: log, variables: { id } }));
    const [first, second] = whole;
    for (const isGet of [false, true]) {
      for (const after of [null, first?.id]) {
        const asked = { query: log, variables: { id, after }, lastEventId: second?.id ?? '', isGet };
        const rest = await all(events(direct, asked));
        expect(numbers([...whole.slice(0, 2), ...rest])).toEqual(numbers(whole));
        expect(rest.some(isLast)).toBe(true);
      }
    }
    const literal = `subscription { backupLog(id: "${id}", after: "${first?.id}") { __typename } }`;
    const rest = await all(events(direct, { query: literal, lastEventId: second?.id ?? '' }));
    expect(rest.length).toBe(whole.length - 2);
  });

  test('that is empty says nothing, and one that is no cursor is refused as such an argument is', async () => {
    const whole = await all(events(direct, { query: log, variables: { id } }));
    expect(await all(events(direct, { query: log, variables: { id }, lastEventId: '' }))).toHaveLength(whole.length);
    const changes = 'subscription { backupChanges { __typename } }';
    for (const asked of [{ query: log, variables: { id } }, { query: changes }]) {
      const [refused] = await all(events(direct, { ...asked, lastEventId: 'forged' }));
      expect(refused?.data?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['after'] } }]);
    }
  });

  test('means nothing to what has no place to go on from: progress, and a query', async () => {
    const progress = 'subscription ($id: ID!) { backupProgress(id: $id) { __typename } }';
    const [told] = await all(events(direct, { query: progress, variables: { id }, lastEventId: 'forged' }));
    expect(told?.data).toEqual({ data: { backupProgress: { __typename: 'BackupFinished' } } });
    const [answer] = await all(events(direct, { query: '{ viewer { name } }', lastEventId: 'forged' }));
    expect(answer?.data).toEqual({ data: { viewer: { name: 'anonymous' } } });
  });
});

test('no proxy keeps, holds back or changes an event stream', async () => {
  const gone = new AbortController();
  const headers = { accept: 'text/event-stream' };
  const path = `/graphql?query=${encodeURIComponent('subscription { backupChanges { __typename } }')}`;
  const response = await fetch(direct + path, { headers, signal: gone.signal });
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
  gone.abort();
  const plain = await fetch(`${direct}/graphql?query={viewer{name}}`);
  expect([plain.headers.get('x-accel-buffering'), plain.headers.get('cache-control')]).toEqual([null, 'no-store']);
});

describe.skipIf(isNginxMissing)('behind nginx as it comes', () => {
  test('each event arrives when it is told, and a broken stream resumes after the last', async () => {
    await using nginx = await startNginx(direct);
    const changes = 'subscription { backupChanges { __typename ... on BackupStarted { backup { externalId } } } }';
    const started: unknown[] = [];
    let lastEventId = '';
    let job = 0;
    for (let round = 0; round < 3; round++) {
      // The first time from now on; then from where it broke, though more has happened since.
      const stream = events(nginx.origin, { query: changes, lastEventId, isGet: true });
      if (round > 0) sandbox.clock.advance(1_000);
      const waiting = stream.next();
      // By its third look it has seen what was there before.
      const before = sandbox.requests.length;
      if (round === 0) await expect.poll(() => sandbox.requests.length - before).toBeGreaterThan(2);
      job = sandbox.startOutside('/backups/mail', { script: { durationSeconds: 5 } });
      for (let next = await waiting; !next.done; next = await stream.next()) {
        const { id: eventId, data } = next.value;
        lastEventId = eventId ?? lastEventId;
        const event = data?.data?.['backupChanges'];
        if (event?.['__typename'] !== 'BackupStarted') continue;
        started.push((event['backup'] as { externalId: string }).externalId);
        break;
      }
      await stream.return(undefined);
      expect(started.at(-1)).toBe(String(job));
      sandbox.clock.advance(60_000);
    }
    expect(new Set(started).size).toBe(3);
  });
});
