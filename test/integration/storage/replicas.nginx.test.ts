/** A rolling restart of programs on one PostgreSQL, behind nginx with the blocks of docs/replicas.md. */
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { documentedBlock, startBalanced } from '../../support/balanced-replicas.ts';
import { type Fault, startFaultProxy } from '../../support/fault-proxy.ts';
import { startBorgGateway } from '../../support/gateway.ts';
import { accounting, startsOf } from '../../support/ledgers.ts';
import { ask } from '../../support/main.ts';
import { freePort, isNginxMissing, runNginx } from '../../support/nginx.ts';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { hangMs } from '../../support/timing.ts';
import { untilTold } from '../../support/watching.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const changesText = `subscription ($after: String) { backupChanges(after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on BackupStarted { backup { id } }
  ... on BackupFinished { backup { id } }
} }`;

interface Event {
  readonly __typename: string;
  readonly cursor: string;
  readonly backup?: { readonly id: string };
}

/** The events of a client that subscribes again with its last cursor whenever its stream ends. */
function watchForever(url: string) {
  const events: Event[] = [];
  let isOpen = true;
  let streams = 0;
  // A retry of the client itself would subscribe with the first cursor again.
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const watching = (async () => {
    while (isOpen) {
      const after = events.at(-1)?.cursor ?? null;
      streams++;
      try {
        const results = client.iterate<{ backupChanges: Event }>({ query: changesText, variables: { after } });
        for await (const { data } of results) if (data) events.push(data.backupChanges);
      } catch {
        // The gateway is stopping, or is gone.
        await setTimeout(20);
      }
    }
  })();
  return {
    events,
    streams: () => streams,
    told: () => events.map(({ __typename, backup }) => `${__typename} ${backup?.id ?? ''}`.trim()),
    async stop() {
      isOpen = false;
      await client.dispose();
      client.terminate();
      await watching;
    },
  };
}

describe.skipIf(isNginxMissing)('a gateway that ends while nginx waits for its answer', () => {
  it('has its request repeated at another one, and a start without a key is still sent once', async () => {
    await using gateway = await startBorgGateway();
    const origin = await gateway.listen();
    await using dying = await startFaultProxy(origin);
    await using healthy = await startFaultProxy(origin);
    const front = await freePort();
    const ports = [dying, healthy].map(({ url }) => Number(new URL(url).port));
    await using _nginx = await runNginx(documentedBlock(ports, front), front);
    const ends: Fault = {
      name: 'ends',
      async apply({ request, forward }) {
        (await forward()).resume();
        request.socket.destroy();
      },
    };
    const askOften = async (text: string, check: (answer: unknown) => void) => {
      const fault = dying.fail(ends, { times: 1 });
      while (fault.hits === 0) check(await ask(`http://127.0.0.1:${front}`, text));
    };
    const list = '{ backups(first: 1) { nodes { id } problems { code } } }';
    await askOften(list, (answer) => expect(answer).toMatchObject({ data: { backups: { problems: [] } } }));
    let count = startsOf(gateway.sandbox);
    const start = `mutation { startBackup(input: { entityId: "${accounting}" }) { backup { id } userErrors { code } } }`;
    await askOften(start, (answer) => {
      expect(answer).toMatchObject({ data: { startBackup: { backup: {}, userErrors: [] } } });
      expect(startsOf(gateway.sandbox)).toBe(++count);
      gateway.sandbox.clock.advance(3_600_000);
    });
  });
});

/** Rolling restarts of three replicas. */
const rounds = 10;
/** Clients that ask without a pause. */
const askers = 4;

leftToNightly(`${rounds} rolling restarts behind nginx`, 'they start 30 programs one after another');

describe.skipIf(isNginxMissing || !isNightly)('a rolling restart behind nginx', () => {
  it(
    `fails no query, doubles no command, and streams resume without a gap, ${rounds} times`,
    async () => {
      const url = await server.database();
      const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5, manualLimit: 100 });
      onTestFinished(() => sandbox.close());
      const balanced = await startBalanced(url, 3, {
        // A replica that ends says so: none is lost, however busy the machine is.
        storage: { url, takeoverSeconds: 30 },
        streams: { fastSeconds: 0.1, slowSeconds: 0.3 },
        limits: { requestsPerMinute: 1_000_000, mutationsPerMinute: 10_000 },
        providers: [sandbox.config],
      });
      const { origin, ws, programs } = balanced;
      const watcher = watchForever(ws);
      onTestFinished(() => watcher.stop());
      const failures: unknown[] = [];
      let asked = 0;
      let isBusy = true;
      const asking = Array.from({ length: askers }, async () => {
        while (isBusy) {
          const answer = await ask(origin, '{ backups(first: 3) { nodes { id } problems { code } } }').catch(
            (error: unknown) => error,
          );
          asked++;
          const problems = (answer as { data?: { backups?: { problems: unknown[] } } }).data?.backups?.problems;
          if (problems?.length !== 0) failures.push(answer);
        }
      });
      const started: string[] = [];
      const startOne = async (key: string) => {
        // The same key twice, at whichever gateways get it.
        const text = `mutation { startBackup(input: { entityId: "${accounting}", idempotencyKey: "${key}" }) {
        operation { id status } backup { id } userErrors { code } } }`;
        const [one, two] = (await Promise.all([ask(origin, text), ask(origin, text)])) as {
          data: { startBackup: { operation: { id: string } | null; backup: { id: string } | null } };
        }[];
        expect(one?.data.startBackup.operation?.id).toBe(two?.data.startBackup.operation?.id);
        expect(one?.data.startBackup.backup, JSON.stringify([one, two])).not.toBeNull();
        started.push(one?.data.startBackup.backup?.id ?? 'none');
        await expect.poll(watcher.told, { timeout: hangMs }).toContain(`BackupStarted ${started.at(-1)}`);
        sandbox.clock.advance(3_600_000);
        await expect.poll(watcher.told, { timeout: hangMs }).toContain(`BackupFinished ${started.at(-1)}`);
      };
      const before = await untilTold(sandbox, () => [watcher.told()]);
      await startOne('first');
      for (let restart = 0; restart < rounds * programs.length; restart++) {
        const restarted = balanced.restart(restart % programs.length, 'SIGTERM');
        await startOne(`while one stops: ${restart}`);
        expect(await restarted).toBe(0);
        await startOne(`when it is back: ${restart}`);
      }
      isBusy = false;
      await Promise.all(asking);
      expect(failures, await balanced.problems()).toEqual([]);
      expect(asked).toBeGreaterThan(10);
      expect(startsOf(sandbox)).toBe(started.length);
      expect(watcher.streams()).toBeGreaterThan(1);
      const expected = started.flatMap((id) => [`BackupStarted ${id}`, `BackupFinished ${id}`]);
      const isOther = (one: string) => one.startsWith('BackupUpdated') || before.some((id) => one.endsWith(` ${id}`));
      expect(watcher.told().filter((one) => !isOther(one))).toEqual(expected);
      process.stdout.write(
        `${rounds} rolling restarts, ${asked} queries, ${failures.length} failed; ${started.length} starts given twice, ${startsOf(sandbox)} sent; ${watcher.streams()} streams\n`,
      );
    },
    30 * hangMs,
  );
});
