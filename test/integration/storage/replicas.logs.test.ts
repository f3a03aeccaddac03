/** The log of one backup in several gateways on one PostgreSQL: one polls it, and all tell each line once. */
import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { type Event, logText } from '../../support/borg-log-end.ts';
import { globalId } from '../../support/gateway.ts';
import { writeConfig } from '../../support/main.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { start } from '../../support/process.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { deadlineMs, hangMs } from '../../support/timing.ts';
import { accounting } from '../../support/watching.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

/** More lines than the product shows of a running backup at a time: what is not polled in time cannot be read later. */
const script = { durationSeconds: 3_600, linesPerSecond: 30 };
const shownLines = 500;

function watchLog(client: Client, id: string, after?: string) {
  const events: Event[] = [];
  const results = client.iterate<{ backupLog: Event }>({ query: logText, variables: { id, after } });
  void (async () => {
    for await (const { data } of results) if (data) events.push(data.backupLog);
  })().catch(() => undefined);
  const lines = () => events.flatMap((event) => event.lines ?? []);
  const last = () => lines().at(-1)?.number ?? 0;
  return {
    events,
    lines,
    last,
    numbers: () => lines().map(({ number }) => number),
    cursor: () => events.at(-1)?.cursor ?? '',
    until: (number: number) => expect.poll(last, { timeout: hangMs }).toBeGreaterThanOrEqual(number),
    types: () => [...new Set(events.map(({ __typename }) => __typename))],
    stop: () => results.return?.(),
  };
}

const counting = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the log of a running backup', () => {
  it('is polled by one gateway, told by all, resumed at any, and goes on when that one ends', async () => {
    await using cluster = await startReplicas(server, 3);
    const { sandbox, replicas } = cluster;
    const id = globalId('BorgBackup', 'files', String(sandbox.startOutside(accounting, { script })));
    const clients = await Promise.all(replicas.map(({ gateway }) => gateway.connect()));
    const watchers = clients.map((client) => watchLog(client, id));
    const advance = async (seconds: number, among = watchers) => {
      const before = Math.max(...among.map(({ last }) => last()));
      sandbox.clock.advance(seconds * 1000);
      for (const watcher of among) await watcher.until(before + seconds * 25);
    };
    await advance(4);
    const holder = await cluster.holder('watch files');
    const readsOf = () => replicas.map(({ proxy }) => proxy.requests.length);
    const before = readsOf();
    for (let step = 0; step < 4; step++) await advance(10);
    expect(watchers[0]?.last()).toBeGreaterThan(2 * shownLines);
    const reads = readsOf().map((count, index) => count - (before[index] ?? 0));
    expect(reads.filter((_, index) => index !== holder)).toEqual([0, 0]);
    expect(reads[holder]).toBeGreaterThan(0);
    // Elsewhere, with the cursor of another one.
    const resumed = clients.map((client, index) => ({
      from: watchers[(index + 1) % 3]?.last() ?? 0,
      stream: watchLog(client, id, watchers[(index + 1) % 3]?.cursor()),
    }));
    await advance(10, [...watchers, ...resumed.map(({ stream }) => stream)]);
    for (const { from, stream } of resumed) expect(stream.numbers()).toEqual(counting(from + 1, stream.last()));
    // Ended, not killed: another one goes on.
    await replicas[holder]?.close();
    const left = watchers.filter((_, index) => index !== holder);
    for (let step = 0; step < 3; step++) await advance(10, left);
    sandbox.clock.advance(3_600_000);
    for (const watcher of left) await expect.poll(watcher.types, { timeout: hangMs }).toContain('BackupFinished');
    for (const watcher of left) {
      const until = watcher.events.findIndex(({ __typename }) => __typename === 'StreamGap');
      // All but what the product wrote at once: an hour's lines, of which it shows the last ones.
      const known = until < 0 ? watcher.events : watcher.events.slice(0, until);
      const numbers = known.flatMap((event) => event.lines ?? []).map(({ number }) => number);
      expect(numbers).toEqual(counting(1, numbers.length));
      expect(numbers.length).toBeGreaterThan(2_000);
    }
  });

  it('is resumed after a restart, of the lines that the product shows no longer', async () => {
    await using cluster = await startReplicas(server, 1);
    const { sandbox, replicas } = cluster;
    const id = globalId('BorgBackup', 'files', String(sandbox.startOutside(accounting, { script })));
    const first = watchLog(await (replicas[0]?.gateway.connect() as Promise<Client>), id);
    for (let step = 1; step <= 4; step++) {
      sandbox.clock.advance(10_000);
      await first.until(step * 250);
    }
    const cursor = first.events[0]?.cursor;
    const from = first.events[0]?.lines?.at(-1)?.number ?? 0;
    await replicas[0]?.close();
    sandbox.clock.advance(5_000);
    const again = await cluster.add();
    const resumed = watchLog(await again.gateway.connect(), id, cursor);
    await resumed.until(first.last() + 100);
    expect(resumed.types()).toEqual(['LogLinesAppended']);
    expect(resumed.numbers()).toEqual(counting(from + 1, resumed.last()));
    expect(resumed.lines().slice(0, 100)).toEqual(first.lines().slice(from, from + 100));
  });

  it('is polled for its lines where the gateway that polls has only watchers of its progress', async () => {
    await using cluster = await startReplicas(server, 2);
    const { sandbox, replicas } = cluster;
    const id = globalId('BorgBackup', 'files', String(sandbox.startOutside(accounting, { script })));
    const [first, second] = await Promise.all(replicas.map(({ gateway }) => gateway.connect()));
    const states: string[] = [];
    const progress = first?.iterate<{ backupProgress: { __typename: string } }>({
      query: 'subscription ($id: ID!) { backupProgress(id: $id) { __typename } }',
      variables: { id },
    });
    void (async () => {
      for await (const { data } of progress ?? []) if (data) states.push(data.backupProgress.__typename);
    })().catch(() => undefined);
    await expect.poll(() => cluster.holder('watch files'), { timeout: hangMs }).toBe(0);
    const log = watchLog(second as Client, id);
    sandbox.clock.advance(5_000);
    await log.until(100);
    expect(await cluster.holder('watch files')).toBe(0);
    const reads = replicas[1]?.proxy.requests.filter(({ path }) => path.includes('/logs/'));
    expect(reads).toEqual([]);
    sandbox.clock.advance(3_600_000);
    await expect.poll(() => states.at(-1), { timeout: hangMs }).toBe('BackupFinished');
    await expect.poll(log.types, { timeout: hangMs }).toContain('BackupFinished');
  });

  it('goes on at another gateway when the one that polls is killed', async () => {
    const url = await server.database();
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    onTestFinished(() => sandbox.close());
    const config = await writeConfig(
      'replica.yaml',
      stringify({
        storage: { url, takeoverSeconds: 2 },
        streams: { fastSeconds: 0.1, slowSeconds: 0.3 },
        providers: [sandbox.config],
      }),
    );
    const startProgram = async () => {
      const program = start(['--config', config, '--port', '0']);
      onTestFinished(() => program[Symbol.asyncDispose]());
      const [, address = ''] = await program.untilPrinted(/listening on http:(\S+)\/graphql/);
      const client = createClient({ url: `ws:${address}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
      onTestFinished(() => void client.dispose());
      return { program, client };
    };
    const [victim, survivor] = await Promise.all([startProgram(), startProgram()]);
    const id = globalId('BorgBackup', 'files', String(sandbox.startOutside(accounting, { script })));
    sandbox.clock.advance(5_000);
    const lost = watchLog(victim.client, id);
    await lost.until(100);
    const watcher = watchLog(survivor.client, id);
    await watcher.until(100);
    for (let step = 0; step < 3; step++) {
      const before = watcher.last();
      sandbox.clock.advance(10_000);
      await watcher.until(before + 250);
    }
    victim.program.child.kill('SIGKILL');
    const killedAt = performance.now();
    const before = watcher.last();
    sandbox.clock.advance(10_000);
    await watcher.until(before + 250);
    expect(performance.now() - killedAt).toBeLessThan(deadlineMs(10_000));
    // What the killed one has told last is told here too, by its cursor.
    const resumed = watchLog(survivor.client, id, lost.cursor());
    await resumed.until(watcher.last());
    expect(resumed.numbers()).toEqual(counting(lost.last() + 1, resumed.last()));
    expect(watcher.numbers()).toEqual(counting(1, watcher.last()));
    expect(watcher.types()).toEqual(['LogLinesAppended']);
    const [lease] = await run(url, "SELECT epoch FROM backplane.leases WHERE starts_with(name, 'watch files')");
    expect(Number(lease?.['epoch'])).toBe(2);
  });
});
