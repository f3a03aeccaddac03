/** Watching a backup, over a WebSocket and over an event stream. */
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { graphql } from '../gql/index.ts';
import { globalId, startBorgGateway } from '../support/gateway.ts';
import { startRun, subscribe } from '../support/watching.ts';

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
