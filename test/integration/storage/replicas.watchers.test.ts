/** Many watchers of several gateways: one polls for all of them, until it is stopped or killed. */
import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { globalId } from '../../support/gateway.ts';
import { writeConfig } from '../../support/main.ts';
import { casesOf, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { start } from '../../support/process.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { deadlineMs, hangMs } from '../../support/timing.ts';
import { accounting, untilTold } from '../../support/watching.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const changesText = `subscription { backupChanges {
  __typename
  ... on BackupStarted { backup { id } }
  ... on BackupFinished { backup { id } }
} }`;

function watch(client: Client): string[] {
  const told: string[] = [];
  const results = client.iterate<{ backupChanges: { __typename: string; backup?: { id: string } } }>({
    query: changesText,
  });
  void (async () => {
    for await (const { data } of results) {
      if (data) told.push(`${data.backupChanges.__typename} ${data.backupChanges.backup?.id ?? ''}`.trim());
    }
  })().catch((error: unknown) => {
    // Of a socket whose gateway was killed; of any other, a test shows it.
    told.push(`lost: ${error instanceof Error ? error.message : JSON.stringify(error)}`);
  });
  return told;
}

const isList = ({ method, path }: { method: string; path: string }) =>
  method === 'GET' && /\/jobs$|activity/.test(path);
const idOf = (id: number) => globalId('BorgBackup', 'files', String(id));

const watchers = casesOf(1_000, 30);
/** Of one socket, which may have 100. */
const watchersPerSocket = 50;

it(
  `${watchers} watchers of three gateways cost what one costs`,
  async () => {
    leftToNightly('970 of 1,000 watchers', 'their number changes nothing');
    await using cluster = await startReplicas(server, 3, { history: { off: true }, takeoverMs: 60_000 });
    const { replicas, sandbox } = cluster;
    const first = watch(await (replicas[0]?.gateway.connect() as Promise<Client>));
    const ticks = () => sandbox.requests.filter(isList).length;
    const perTick = async () => {
      const [from, startedAt] = [ticks(), performance.now()];
      await expect.poll(ticks, { timeout: hangMs }).toBeGreaterThanOrEqual(from + casesOf(20, 10));
      return (performance.now() - startedAt) / (ticks() - from);
    };
    await expect.poll(ticks, { timeout: hangMs }).toBeGreaterThan(2);
    const alone = await perTick();
    const sockets = 3 * Math.ceil(watchers / 3 / watchersPerSocket);
    const clients = await Promise.all(
      Array.from({ length: sockets }, (_, index) => replicas[index % 3]?.gateway.connect() as Promise<Client>),
    );
    const all = Array.from({ length: watchers - 1 }, (_, index) => watch(clients[index % sockets] as Client));
    await untilTold(sandbox, () => [first, ...all]);
    const id = idOf(sandbox.startOutside(accounting));
    await expect
      .poll(() => all.filter((told) => told.includes(`BackupStarted ${id}`)).length, { timeout: hangMs })
      .toBe(watchers - 1);
    sandbox.clock.advance(3_600_000);
    await expect.poll(() => all.every((told) => told.includes(`BackupFinished ${id}`)), { timeout: hangMs }).toBe(true);
    const together = await perTick();
    process.stdout.write(
      `${watchers} watchers: a list request every ${Math.round(together)} ms in all; one watcher: every ${Math.round(alone)} ms\n`,
    );
    // Not more often than for one: a busy machine polls less often.
    expect(together).toBeGreaterThan(alone * 0.7);
    expect(first).toContain(`BackupStarted ${id}`);
    expect(all.flat().filter((told) => told.startsWith('lost'))).toEqual([]);
  },
  casesOf(4, 1) * hangMs,
);

const stoppedMs = casesOf(60_000, 3_000);

it(
  `a gateway that polls is stopped for ${stoppedMs / 1000} s, and another one is killed: polling goes on, and each change is told once`,
  async () => {
    leftToNightly('a gateway that is stopped for a minute', 'the gate waits as long as its lease lasts');
    const url = await server.database();
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5, manualLimit: 100 });
    onTestFinished(() => sandbox.close());
    async function startProgram() {
      const proxy = await startFaultProxy(sandbox.config.url);
      const config = await writeConfig(
        'replica.yaml',
        stringify({
          storage: { url, takeoverSeconds: 2 },
          streams: { fastSeconds: 0.1, slowSeconds: 0.3 },
          history: { off: true },
          providers: [{ ...sandbox.config, url: proxy.url }],
        }),
      );
      const program = start(['--config', config, '--port', '0']);
      onTestFinished(async () => {
        await program[Symbol.asyncDispose]();
        await proxy.close();
      });
      const [, address = ''] = await program.untilPrinted(/listening on http:(\S+)\/graphql/);
      const client = createClient({ url: `ws:${address}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
      onTestFinished(() => client.terminate());
      return { ...program, polls: () => proxy.requests.filter(isList).length, told: watch(client) };
    }
    const first = await startProgram();
    await expect.poll(first.polls, { timeout: hangMs }).toBeGreaterThan(2);
    const second = await startProgram();
    /** Until `other` polls, after something has happened to the one that did. */
    async function untilTakenOver(other: typeof first): Promise<number> {
      const [before, from] = [other.polls(), performance.now()];
      await expect.poll(other.polls, { timeout: hangMs }).toBeGreaterThan(before + 1);
      return performance.now() - from;
    }
    async function startAndSee(among: readonly (typeof first)[]): Promise<string> {
      const id = idOf(sandbox.startOutside(accounting));
      for (const { told } of among) await expect.poll(() => told, { timeout: hangMs }).toContain(`BackupStarted ${id}`);
      sandbox.clock.advance(3_600_000);
      return id;
    }
    await untilTold(sandbox, () => [first.told, second.told]);
    const ids = [await startAndSee([first, second])];
    first.child.kill('SIGSTOP');
    const stoppedAt = performance.now();
    const afterStop = await untilTakenOver(second);
    ids.push(await startAndSee([second]));
    await expect
      .poll(() => performance.now() - stoppedAt, { timeout: 2 * hangMs, interval: 100 })
      .toBeGreaterThan(stoppedMs);
    first.child.kill('SIGCONT');
    // It has been told by the other one what it has missed, and tells nothing by itself.
    ids.push(await startAndSee([first, second]));
    const epoch = async () =>
      Number(
        (await run(url, "SELECT epoch FROM backplane.leases WHERE starts_with(name, 'poll files')"))[0]?.['epoch'],
      );
    expect(await epoch()).toBe(2);
    second.child.kill('SIGKILL');
    const afterKill = await untilTakenOver(first);
    ids.push(await startAndSee([first]));
    expect(await epoch()).toBe(3);
    const expected = ids.map((id) => `BackupStarted ${id}`);
    const started = (told: readonly string[]) => told.filter((one) => expected.includes(one));
    expect(started(first.told)).toEqual(expected);
    expect(started(second.told)).toEqual(expected.slice(0, 3));
    expect([...first.told, ...second.told]).not.toContain('StreamGap');
    process.stdout.write(
      `polls go on ${(afterStop / 1000).toFixed(1)} s after a stop of ${stoppedMs / 1000} s, ${(afterKill / 1000).toFixed(1)} s after a kill\n`,
    );
    for (const ms of [afterStop, afterKill]) expect(ms).toBeLessThan(deadlineMs(10_000));
  },
  4 * hangMs,
);
