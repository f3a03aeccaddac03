/** Watching a backup, over a WebSocket and over an event stream. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { graphql } from './gql/index.ts';
import { type BorgGateway, globalId, startBorgGateway } from './support/gateway.ts';

const Progress = graphql(`
  subscription Progress($id: ID!) {
    backupProgress(id: $id) {
      __typename
      ... on BackupUpdated {
        backup {
          status
          progress {
            percent
            currentItem
          }
        }
      }
      ... on BackupFinished {
        backup {
          status
          size {
            originalBytes
          }
        }
      }
      ... on StreamStalled {
        problem {
          code
          provider {
            name
          }
        }
      }
    }
  }
`);

const Log = graphql(`
  subscription Log($id: ID!, $after: String) {
    backupLog(id: $id, after: $after) {
      __typename
      ... on StreamEvent {
        cursor
      }
      ... on LogLinesAppended {
        lines {
          number
          text
          raw
          at
          level
        }
      }
      ... on StreamGap {
        fromLine
        toLine
        reason
      }
      ... on StreamStalled {
        problem {
          code
        }
      }
      ... on BackupFinished {
        backup {
          status
        }
      }
    }
  }
`);

const LogPage = graphql(`
  query LogPage($id: ID!, $first: Int, $after: String) {
    backup(id: $id) {
      log(first: $first, after: $after) {
        nodes {
          number
          raw
        }
        isComplete
        gaps {
          afterCursor
          reason
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

const accounting = '/backups/accounting';

/** Starts a backup in the product and gives its global id. */
function startRun(gateway: BorgGateway, script: object): string {
  const id = gateway.sandbox.startOutside(accounting, { script });
  return globalId('BorgBackup', 'files', String(id));
}

type Result<Data> = { data?: Data | null; errors?: readonly { extensions?: Record<string, unknown> }[] };

function subscribe<Data, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) {
  const results = client.iterate({ query: print(document), variables });
  return results as unknown as AsyncIterableIterator<Result<Data>>;
}

describe('backupProgress', () => {
  it('tells the state now, then each change, then the end, and completes', async () => {
    await using gateway = await startBorgGateway();
    const id = startRun(gateway, { durationSeconds: 60, totalBytes: 6_000_000_000 });
    gateway.sandbox.clock.advance(2_000);
    const percents: number[] = [];
    let last: unknown;
    for await (const { data } of subscribe(await gateway.connect(), Progress, { id })) {
      const event = data?.backupProgress;
      if (event?.__typename === 'BackupUpdated') percents.push(event.backup.progress?.percent ?? 0);
      last = event;
      gateway.sandbox.clock.advance(2_000);
    }
    expect(percents.length).toBeGreaterThan(20);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    // From the newest log line: the record alone moves every three seconds, in steps of 5 %.
    const steps = percents.slice(2).map((percent, index) => percent - (percents[index + 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThan(5);
    expect(last).toMatchObject({ __typename: 'BackupFinished', backup: { status: 'SUCCEEDED' } });
    // Borg UI ends a good run with zero sizes; what was seen while it ran stays.
    const size = (last as { backup: { size: { originalBytes: number } } }).backup.size.originalBytes;
    expect(size).toBeGreaterThan(5_000_000_000);
  });

  it('tells the end at once for a backup that has ended', async () => {
    await using gateway = await startBorgGateway();
    const events = [];
    const id = globalId('BorgBackup', 'files', '3');
    for await (const { data } of subscribe(await gateway.connect(), Progress, { id }))
      events.push(data?.backupProgress);
    expect(events).toMatchObject([{ __typename: 'BackupFinished' }]);
  });

  it('stays open while the provider is away, says so, and goes on', async () => {
    await using gateway = await startBorgGateway();
    const id = startRun(gateway, { durationSeconds: 60 });
    const seen: string[] = [];
    for await (const { data } of subscribe(await gateway.connect(), Progress, { id })) {
      const event = data?.backupProgress;
      seen.push(event?.__typename ?? '');
      if (seen.length === 1) gateway.sandbox.expireTokens();
      if (seen.length === 1) gateway.sandbox.localLogin = false;
      if (event?.__typename === 'StreamStalled') {
        expect(event.problem.provider.name).toBe('files');
        break;
      }
    }
    expect(seen).toEqual(['BackupUpdated', 'StreamStalled']);
  });

  it('refuses an unknown id and a foreign one at once', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const client = await gateway.connect();
    for (const id of [globalId('BorgBackup', 'files', '999'), 'zzz', globalId('Provider', 'files', '')]) {
      const results = [];
      for await (const result of subscribe(client, Progress, { id })) results.push(result);
      expect(results).toHaveLength(1);
      expect(results[0]?.errors?.[0]?.extensions?.['code']).toBe('NOT_FOUND');
    }
  });

  it('asks the product once a tick, however many watch, and not at all when they have gone', async () => {
    await using gateway = await startBorgGateway();
    const id = startRun(gateway, { durationSeconds: 600 });
    const client = await gateway.connect();
    const watchers = Array.from({ length: 100 }, () => subscribe(client, Progress, { id }));
    await Promise.all(watchers.map((watcher) => watcher.next()));
    const { requests, clock } = gateway.sandbox;
    requests.length = 0;
    for (let tick = 0; tick < 5; tick++) {
      clock.advance(1_000);
      await Promise.all(watchers.map((watcher) => watcher.next()));
    }
    const reads = requests.filter(({ path }) => path.includes('/status/'));
    const logs = requests.filter(({ path }) => path.includes('/activity/'));
    expect(reads.length).toBeLessThanOrEqual(12);
    // The log of the tick that ran when the count began may be among them.
    expect(logs.length).toBeLessThanOrEqual(reads.length + 1);
    expect(gateway.app.hub.loops).toBe(1);
    await Promise.all(watchers.map((watcher) => watcher.return?.()));
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });
});

describe('backupLog', () => {
  it('gives every line once, in order, through the whole run and past its end', async () => {
    await using gateway = await startBorgGateway();
    gateway.sandbox.logPolicy = 'all_jobs';
    const id = startRun(gateway, { durationSeconds: 60, linesPerSecond: 20 });
    gateway.sandbox.clock.advance(3_000);
    const numbers: (number | null)[] = [];
    const types = new Set<string>();
    for await (const { data } of subscribe(await gateway.connect(), Log, { id })) {
      const event = data?.backupLog;
      types.add(event?.__typename ?? '');
      if (event?.__typename === 'LogLinesAppended') numbers.push(...event.lines.map(({ number }) => number));
      if (event?.__typename === 'LogLinesAppended') gateway.sandbox.clock.advance(3_000);
    }
    expect(numbers.length).toBeGreaterThan(1_000);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect([...types]).toEqual(['LogLinesAppended', 'BackupFinished']);
  });

  it('says with a gap what was lost when the product throws the log away, and keeps what was seen', async () => {
    await using gateway = await startBorgGateway();
    const id = startRun(gateway, { durationSeconds: 30 });
    gateway.sandbox.clock.advance(10_000);
    const events: { type: string; lines: number }[] = [];
    for await (const { data } of subscribe(await gateway.connect(), Log, { id })) {
      const event = data?.backupLog;
      const lines = event?.__typename === 'LogLinesAppended' ? event.lines.length : 0;
      events.push({ type: event?.__typename ?? '', lines });
      gateway.sandbox.clock.advance(25_000);
    }
    expect(events.map(({ type }) => type)).toEqual(['LogLinesAppended', 'StreamGap', 'BackupFinished']);
    const { backup } = await gateway.query(LogPage, { id, first: 200 });
    expect(backup?.log?.nodes).toHaveLength(events[0]?.lines ?? -1);
    expect(backup?.log).toMatchObject({ isComplete: false, gaps: [{ reason: 'UPSTREAM_TRUNCATED' }] });
  });

  it('goes on after a cursor, from a list or from an event, without loss or repeat', async () => {
    await using gateway = await startBorgGateway();
    const id = startRun(gateway, { durationSeconds: 600 });
    gateway.sandbox.clock.advance(20_000);
    const { backup } = await gateway.query(LogPage, { id, first: 10 });
    const after = backup?.log?.pageInfo.endCursor;
    const client = await gateway.connect();
    const numbers: (number | null)[] = [];
    let cursor: string | null | undefined = after;
    for (let round = 0; round < 3; round++) {
      for await (const { data } of subscribe(client, Log, { id, after: cursor })) {
        const event = data?.backupLog;
        if (event?.__typename !== 'LogLinesAppended') throw new Error(`unexpected ${event?.__typename}`);
        numbers.push(...event.lines.map(({ number }) => number));
        cursor = event.cursor;
        gateway.sandbox.clock.advance(4_000);
        break;
      }
    }
    expect(numbers).toEqual(numbers.map((_, index) => index + 11));
    expect(numbers.length).toBeGreaterThan(90);
  });

  it('announces the lines that slid out of the product’s window before anybody looked', async () => {
    await using gateway = await startBorgGateway();
    const id = startRun(gateway, { durationSeconds: 600, linesPerSecond: 50 });
    gateway.sandbox.clock.advance(60_000);
    const events = [];
    for await (const { data } of subscribe(await gateway.connect(), Log, { id })) {
      events.push(data?.backupLog);
      if (events.length === 2) break;
    }
    expect(events).toMatchObject([
      { __typename: 'StreamGap', fromLine: 1, toLine: null, reason: 'UPSTREAM_TRUNCATED' },
      { __typename: 'LogLinesAppended' },
    ]);
  });

  it('answers a foreign cursor with a gap, and a forged one with BAD_USER_INPUT', async () => {
    await using gateway = await startBorgGateway();
    const id = globalId('BorgBackup', 'files', '5');
    const other = globalId('BorgBackup', 'files', '6');
    gateway.sandbox.logPolicy = 'all_jobs';
    const client = await gateway.connect();
    let foreign = '';
    for await (const { data } of subscribe(client, Log, { id: other }))
      foreign = data?.backupLog.__typename === 'BackupFinished' ? data.backupLog.cursor : foreign;
    const types = [];
    for await (const { data } of subscribe(client, Log, { id, after: foreign })) types.push(data?.backupLog.__typename);
    expect(types[0]).toBe('StreamGap');
    expect(types.at(-1)).toBe('BackupFinished');
    const results = [];
    for await (const result of subscribe(client, Log, { id, after: 'forged' })) results.push(result);
    expect(results[0]?.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });
});

describe('the log as a list and as text', () => {
  it('pages through a stored log, and serves it whole under logUrl', async () => {
    await using gateway = await startBorgGateway();
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);
    const job = gateway.sandbox.addFinished({ status: 'failed', lines } as never);
    const id = globalId('BorgBackup', 'files', String(job));
    const seen: string[] = [];
    let after: string | null | undefined = null;
    for (;;) {
      const { backup } = (await gateway.query(LogPage, { id, first: 25, after })) as {
        backup: {
          log: { nodes: { raw: string }[]; isComplete: boolean; pageInfo: { hasNextPage: boolean; endCursor: string } };
        };
      };
      seen.push(...backup.log.nodes.map(({ raw }) => raw));
      expect(backup.log.isComplete).toBe(true);
      after = backup.log.pageInfo.endCursor;
      if (!backup.log.pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual(lines);
    const { data } = await gateway.askText('query ($id: ID!) { backup(id: $id) { logUrl } }', { id });
    const url = new URL((data as { backup: { logUrl: string } }).backup.logUrl);
    const response = await fetch(`${await gateway.listen()}${url.pathname}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect((await response.text()).trimEnd().split('\n')).toEqual(lines);
  });

  it('answers 404 for a log that there is not', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const origin = await gateway.listen();
    for (const path of ['/backups/zzz/log', `/backups/${globalId('BorgBackup', 'files', '999')}/log`, '/nothing']) {
      const response = await fetch(`${origin}${path}`);
      expect([path, response.status]).toEqual([path, 404]);
    }
  });
});

describe('transports', () => {
  it('streams over server-sent events on the same path', async () => {
    await using gateway = await startBorgGateway();
    const id = globalId('BorgBackup', 'files', '3');
    const response = await fetch(`${await gateway.listen()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: print(Progress), variables: { id } }),
    });
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(text).toContain('BackupFinished');
    expect(text.trimEnd()).toMatch(/event: complete/);
  });

  it('answers queries by GET, and never a mutation', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const origin = await gateway.listen();
    const query = await fetch(`${origin}/graphql?query=${encodeURIComponent('{ viewer { name role } }')}`);
    expect(await query.json()).toEqual({ data: { viewer: { name: 'anonymous', role: 'OPERATOR' } } });
    const mutation = 'mutation { cancelBackup(input: {id: "x"}) { userErrors { code } } }';
    const refused = await fetch(`${origin}/graphql?query=${encodeURIComponent(mutation)}`);
    expect(refused.status).toBe(405);
    expect(gateway.sandbox.requests).toEqual([]);
  });

  it('refuses what a page of another site could send without asking', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const origin = await gateway.listen();
    const body = JSON.stringify({ query: '{ viewer { name } }' });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await fetch(`${origin}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
      expect([type, response.status]).toEqual([type, 415]);
    }
  });

  it('refuses a socket that a page of another site opens', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const url = `${(await gateway.listen()).replace('http', 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws', { origin: 'https://evil.example' });
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.once('open', () => resolve('open'));
    });
    expect(status).toBe(403);
  });

  it('closes a socket that sends more than a megabyte at once', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const url = `${(await gateway.listen()).replace('http', 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(1_000_001));
    expect(await closed).toBe(1009);
  });

  it('keeps a socket open when one operation on it is bad', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const client = await gateway.connect();
    const ask = async (query: string): Promise<unknown> => {
      for await (const result of client.iterate({ query })) return result;
      return null;
    };
    await expect(ask('{ nope')).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    await expect(ask('{ nope }')).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await ask('{ viewer { name } }')).toEqual({ data: { viewer: { name: 'anonymous' } } });
  });

  it('closes sockets with 1012 when it stops, which clients retry', async () => {
    const gateway = await startBorgGateway({ history: 5 });
    await using _ = gateway;
    const url = `${(await gateway.listen()).replace('http', 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await gateway.app.close();
    expect(await closed).toBe(1012);
  });
});
