/** A rolling restart of programs on one PostgreSQL, behind nginx with the blocks of docs/replicas.md. */
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { accounting, startsOf } from '../../support/ledgers.ts';
import { ask, writeConfig } from '../../support/main.ts';
import { blocksOf } from '../../support/markdown.ts';
import { freePort, isNginxMissing, runNginx } from '../../support/nginx.ts';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { type Running, start } from '../../support/process.ts';
import { hangMs } from '../../support/timing.ts';

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

leftToNightly('a rolling restart behind nginx', 'it starts many programs one after another');

describe.skipIf(isNginxMissing || !isNightly)('a rolling restart behind nginx', () => {
  it('fails no query, doubles no command, and streams resume without a gap', async () => {
    const url = await server.database();
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5, manualLimit: 100 });
    onTestFinished(() => sandbox.close());
    const config = await writeConfig(
      'replica.yaml',
      stringify({
        storage: { url, takeoverSeconds: 2 },
        server: { shutdownSeconds: 1, trustedProxies: ['127.0.0.1'] },
        streams: { fastSeconds: 0.1, slowSeconds: 0.3 },
        providers: [sandbox.config],
      }),
    );
    const ports = await Promise.all(Array.from({ length: 3 }, freePort));
    const startAt = async (port: number): Promise<Running> => {
      const program = start(['--config', config, '--port', String(port)]);
      onTestFinished(() => program[Symbol.asyncDispose]());
      await program.untilPrinted(/listening on/);
      return program;
    };
    const programs = await Promise.all(ports.map(startAt));
    const [block = ''] = blocksOf('nginx', 'docs/replicas.md').map(({ text }) => text);
    const front = await freePort();
    const http = block
      .replace(/ {2}server \S+:4000[^;]*;\n/g, '')
      .replace(
        'upstream backplane {',
        `upstream backplane {\n${ports.map((port) => `server 127.0.0.1:${port} max_fails=0;`).join('\n')}`,
      )
      .replace(/listen 443 ssl;/, `listen 127.0.0.1:${front};`)
      .replace(/ {2}ssl_\S+ [^;]*;\n/g, '');
    await using _nginx = await runNginx(http, front);
    const origin = `http://127.0.0.1:${front}`;
    const watcher = watchForever(`ws://127.0.0.1:${front}/graphql`);
    onTestFinished(() => watcher.stop());
    const failures: unknown[] = [];
    let asked = 0;
    let isBusy = true;
    const asking = (async () => {
      while (isBusy) {
        const answer = await ask(origin, '{ backups(first: 3) { nodes { id } problems { code } } }').catch(
          (error: unknown) => error,
        );
        asked++;
        const problems = (answer as { data?: { backups?: { problems: unknown[] } } }).data?.backups?.problems;
        if (problems?.length !== 0) failures.push(answer);
      }
    })();
    const started: string[] = [];
    const startOne = async (key: string) => {
      // The same key twice, at whichever gateways get it.
      const text = `mutation { startBackup(input: { entityId: "${accounting}", idempotencyKey: "${key}" }) {
        operation { id status } backup { id } userErrors { code } } }`;
      const [one, two] = (await Promise.all([ask(origin, text), ask(origin, text)])) as {
        data: { startBackup: { operation: { id: string } | null; backup: { id: string } | null } };
      }[];
      expect(one?.data.startBackup.operation?.id).toBe(two?.data.startBackup.operation?.id);
      started.push(one?.data.startBackup.backup?.id ?? 'none');
      await expect.poll(watcher.told, { timeout: hangMs }).toContain(`BackupStarted ${started.at(-1)}`);
      sandbox.clock.advance(3_600_000);
      await expect.poll(watcher.told, { timeout: hangMs }).toContain(`BackupFinished ${started.at(-1)}`);
    };
    // The first poll is over: it tells nothing of what has ended before it.
    await expect.poll(() => run(url, 'SELECT 1 FROM backplane.replay_notes'), { timeout: hangMs }).toHaveLength(1);
    await startOne('first');
    for (const [index, port] of ports.entries()) {
      programs[index]?.child.kill('SIGTERM');
      await startOne(`while ${index} stops`);
      expect(await programs[index]?.ended).toBe(0);
      programs[index] = await startAt(port);
      await startOne(`after ${index} is back`);
    }
    isBusy = false;
    await asking;
    expect(failures).toEqual([]);
    expect(asked).toBeGreaterThan(10);
    expect(startsOf(sandbox)).toBe(started.length);
    expect(watcher.streams()).toBeGreaterThan(1);
    const expected = started.flatMap((id) => [`BackupStarted ${id}`, `BackupFinished ${id}`]);
    expect(watcher.told().filter((one) => !one.startsWith('BackupUpdated'))).toEqual(expected);
  });
});
