/**
 * A log of 10,000 lines, read by the clients of `examples` while sockets are killed at random, the gateway restarts twice
 * and the product once: every line comes exactly once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { borgRoutes } from '../../providers/borg/sandbox/routes.ts';
import { BorgServer } from '../../providers/borg/sandbox/server.ts';
import { globalId, startGateway, type TestGateway } from '../../test/support/gateway.ts';
import type { LogEvent } from '../example.ts';
import { followLog } from '../graphql-ws/main.ts';
import { createSocket } from '../graphql-ws/socket.ts';
import { createUrqlClient } from '../urql/client.ts';

// Only a socket of `ws` can be cut off without a closing frame: the one that newer versions of Node bring cannot.
globalThis.WebSocket = WebSocket as never;

const linesPerSecond = 200;

interface Fixture extends AsyncDisposable {
  readonly sandbox: BorgServer;
  readonly url: string;
  readonly counts: { kills: number; gatewayRestarts: number; sandboxRestarts: number };
  restartGateway(): Promise<void>;
  restartSandbox(): Promise<void>;
}

async function startFixture(): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'backplane-chaos-'));
  const sandbox = new BorgServer({ speed: 0, demo: false, history: 20, logPolicy: 'all_jobs' });
  await sandbox.listen(0, borgRoutes(sandbox));
  const sandboxPort = Number(new URL(sandbox.url).port);
  const open = () =>
    startGateway({
      providers: [sandbox.config],
      ledger: { file: join(folder, 'ledger.db') },
      streams: { fastSeconds: 0.02, slowSeconds: 0.1 },
    });
  let gateway: TestGateway = open();
  const port = Number(new URL(await gateway.app.server.listen(0, '127.0.0.1')).port);
  const counts = { kills: 0, gatewayRestarts: 0, sandboxRestarts: 0 };
  return {
    sandbox,
    url: `127.0.0.1:${port}/graphql`,
    counts,
    async restartGateway() {
      await gateway.app.close();
      gateway = open();
      await gateway.app.server.listen(port, '127.0.0.1');
      counts.gatewayRestarts++;
    },
    async restartSandbox() {
      await sandbox.close();
      await pause(150);
      await sandbox.listen(sandboxPort, borgRoutes(sandbox));
      counts.sandboxRestarts++;
    },
    async [Symbol.asyncDispose]() {
      await gateway.app.close();
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills each socket of the client a while after it has connected. */
function killSockets(client: Client, counts: Fixture['counts'], everyMs: number): () => void {
  let isOver = false;
  client.on('connected', (socket) => {
    const timer = setTimeout(
      () => {
        if (isOver) return;
        counts.kills++;
        (socket as WebSocket).terminate();
      },
      everyMs * (0.2 + Math.random()),
    );
    (socket as WebSocket).once('close', () => clearTimeout(timer));
  });
  return () => {
    isOver = true;
  };
}

/** Writes the log as fast as the reader reads, and no faster than the product's window can show. */
async function write(fixture: Fixture, seconds: number, received: () => number, at: Map<number, () => Promise<void>>) {
  for (let second = 0; second < seconds + 2; second++) {
    // A machine that stands still for a while is no fault of a gateway: lines that nobody could read are no test. The
    // first second has none.
    const due = Math.min(second - 2, seconds - 3) * linesPerSecond;
    await expect.poll(received, { interval: 5 }).toBeGreaterThanOrEqual(due);
    await at.get(second)?.();
    fixture.sandbox.clock.advance(1_000);
    await pause(10);
  }
}

describe('chaos', () => {
  it('reaches a graphql-ws client as every line, once, in order', async () => {
    await using fixture = await startFixture();
    const seconds = 52;
    const script = { durationSeconds: seconds, linesPerSecond };
    const job = String(fixture.sandbox.startOutside('/backups/accounting', { script }));
    const client = createSocket(`ws://${fixture.url}`);
    const stop = killSockets(client, fixture.counts, 100);
    const events: LogEvent[] = [];
    const numbers: (number | null)[] = [];
    const raws: string[] = [];
    const followed = followLog(client, globalId('BorgBackup', 'files', job), (event) => {
      events.push(event);
      if (event.__typename !== 'LogLinesAppended') return;
      numbers.push(...event.lines.map(({ number }) => number));
      raws.push(...event.lines.map(({ raw }) => raw));
    });
    const restarts = new Map([
      [12, fixture.restartGateway],
      [22, fixture.restartSandbox],
      [35, fixture.restartGateway],
    ]);
    await write(fixture, seconds, () => raws.length, restarts);
    await followed;
    stop();
    await client.dispose();
    const sent = (await storedLines(fixture.sandbox, job)).length;
    const distinct = new Set(numbers).size;
    const report = {
      ...fixture.counts,
      sent,
      received: raws.length,
      repeated: raws.length - distinct,
      lost: sent - distinct,
    };
    process.stdout.write(`chaos: ${JSON.stringify(report)}\n`);
    expect(report).toMatchObject({ gatewayRestarts: 2, sandboxRestarts: 1, repeated: 0, lost: 0 });
    expect(sent).toBeGreaterThan(10_000);
    expect(fixture.counts.kills).toBeGreaterThan(3);
    expect(raws).toEqual(await storedLines(fixture.sandbox, job));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ __typename: 'BackupFinished', backup: { status: 'SUCCEEDED' } });
    expect(events.filter(({ __typename }) => __typename === 'StreamGap')).toEqual([]);
  });

  it('reaches an urql client the same', async () => {
    await using fixture = await startFixture();
    const seconds = 8;
    const script = { durationSeconds: seconds, linesPerSecond };
    const job = String(fixture.sandbox.startOutside('/backups/accounting', { script }));
    const socket = createSocket(`ws://${fixture.url}`);
    const stop = killSockets(socket, fixture.counts, 40);
    const urql = createUrqlClient(`http://${fixture.url}`, socket);
    const raws: string[] = [];
    const query = `subscription ($id: ID!, $after: String) {
      backupLog(id: $id, after: $after) {
        __typename
        ... on StreamEvent { cursor }
        ... on LogLinesAppended { lines { raw } }
      }
    }`;
    const types = new Set<string>();
    const variables = { id: globalId('BorgBackup', 'files', job), after: null };
    const { unsubscribe } = urql.subscription<{ backupLog: LogEvent }>(query, variables).subscribe(({ data }) => {
      if (!data) return;
      types.add(data.backupLog.__typename);
      if (data.backupLog.__typename === 'LogLinesAppended') raws.push(...data.backupLog.lines.map(({ raw }) => raw));
    });
    await write(fixture, seconds, () => raws.length, new Map([[4, fixture.restartGateway]]));
    await expect.poll(() => types.has('BackupFinished')).toBe(true);
    stop();
    unsubscribe();
    await socket.dispose();
    expect(raws).toEqual(await storedLines(fixture.sandbox, job));
    expect(types).toEqual(new Set(['LogLinesAppended', 'BackupFinished']));
    expect(fixture.counts.kills).toBeGreaterThan(1);
  });
});

/** What the product has kept of the log, asked of it without the gateway. */
async function storedLines({ url, personalToken }: BorgServer, job: string): Promise<string[]> {
  const response = await fetch(`${url}/api/backup/logs/${job}/stream?offset=0`, {
    headers: { authorization: `Bearer ${personalToken}` },
  });
  const { lines } = (await response.json()) as { lines: { content: string }[] };
  const texts = lines.map(({ content }) => content);
  return texts.at(-1) === '' ? texts.slice(0, -1) : texts;
}
