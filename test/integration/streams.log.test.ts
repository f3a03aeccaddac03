/** Logs, as streams, lists and text. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import { globalId, startBorgGateway, startGateway } from '../support/gateway.ts';
import { startRun, subscribe } from '../support/watching.ts';

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

describe('a log in a list of several products', () => {
  it('is null, without an error, where the product has none', async () => {
    await using borg = await startBorgSandbox({ speed: 0, demo: false, history: 3 });
    await using labii = await startLabiiSandbox({});
    await using gateway = startGateway({ providers: [borg.config, labii.config] });
    const { data, errors } = await gateway.askText(
      '{ backups(first: 50) { nodes { provider { name capabilities } log(first: 1) { isComplete } } } }',
    );
    expect(errors).toBeUndefined();
    const { nodes } = (data as { backups: { nodes: { provider: { capabilities: string[] }; log: object | null }[] } })
      .backups;
    const withLog = nodes.filter(({ provider }) => provider.capabilities.includes('READ_LOG'));
    expect(withLog.length).toBeGreaterThan(0);
    expect(withLog.length).toBeLessThan(nodes.length);
    for (const { provider, log } of nodes) expect(log === null).toBe(!provider.capabilities.includes('READ_LOG'));
  });
});
