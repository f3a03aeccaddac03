/** The command line, as people type it. */
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { command } from '../support/commands.ts';
import { ask, writeConfig } from '../support/main.ts';
import { shareOf } from '../support/nightly.ts';
import { start } from '../support/process.ts';
import { deadlineMs } from '../support/timing.ts';

describe('serve', () => {
  it('starts over sandboxes without a configuration, says so, and answers', async () => {
    await using running = start(['--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/127\.0\.0\.1:\d+)\/graphql/);
    await running.untilPrinted(/This is sandbox data/);
    expect(running.stdout()).toContain(`open ${origin}/graphql in a browser`);
    const answer = await ask(
      origin,
      '{ backups(first: 200) { nodes { status } pageInfo { hasNextPage } problems { code } } }',
    );
    const { data } = answer as { data: { backups: { nodes: { status: string }[]; problems: unknown[] } } };
    expect(data.backups.nodes).toHaveLength(200);
    expect(data.backups.problems).toEqual([]);
    const statuses = new Set(data.backups.nodes.map(({ status }) => status));
    for (const status of [
      'QUEUED',
      'RUNNING',
      'SUCCEEDED',
      'SUCCEEDED_WITH_WARNINGS',
      'FAILED',
      'CANCELLED',
      'SKIPPED',
    ]) {
      expect(statuses).toContain(status);
    }
  });

  it.each(shareOf(['SIGTERM', 'SIGINT'] as const, 0, 2))(
    'stops on %s within 5 s: sockets close with 1012, running requests end',
    async (signal) => {
      await using running = start(['serve', '--port', '0']);
      const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await new Promise((resolve) => socket.once('open', resolve));
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const id = Buffer.from('BorgBackup:files:402').toString('base64url');
      const stream = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: `subscription { backupProgress(id: "${id}") { __typename } }` }),
      });
      const startedAt = performance.now();
      running.child.kill(signal);
      expect(await closed).toBe(1012);
      await stream.text().catch(() => undefined);
      expect(await running.ended).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(deadlineMs(5_000));
      expect(running.stderr()).toBe('');
    },
  );

  it('says which port is taken', async () => {
    await using sandbox = await startBorgSandbox({ demo: false, history: 1 });
    await using running = command(['--port', new URL(sandbox.url).port]);
    expect(await running.ended).toBe(1);
    expect(running.stderr()).toContain('EADDRINUSE');
    expect(running.stderr()).not.toContain('at ');
  });

  it('says what is wrong with a ledger that cannot be opened', async () => {
    const file = await writeConfig(
      'ledger.yaml',
      'ledger: { file: /nowhere/x.db }\nproviders: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n',
    );
    await using running = command(['--config', file, '--port', '0']);
    expect(await running.ended).toBe(2);
    expect(running.stderr()).toBe(
      'The ledger cannot be opened at /nowhere/x.db: is there such a folder, and may it be written?\n',
    );
  });

  it.each([
    ['server: { publicUrl: "https://gate.example.com" }', true],
    ['server: { trustedProxies: [127.0.0.1] }', true],
    ['server: { publicUrl: "http://localhost:4000" }', false],
    ['server: {}', false],
  ])('with %s and without authentication, whether it warns of a proxy is %s', async (server, warns) => {
    const file = await writeConfig(
      'proxy.yaml',
      `${server}\nproviders: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n`,
    );
    await using running = command(['--config', file, '--port', '0']);
    await running.untilPrinted(/storage.url is not set/);
    expect(running.stdout().includes('auth is none: ')).toBe(warns);
  });

  it('refuses to be reached from elsewhere', async () => {
    await using running = command(['--host', '0.0.0.0', '--port', '0']);
    expect(await running.ended).toBe(2);
    expect(running.stderr()).toContain('server.host: expected a loopback address');
  });
});

describe('config', () => {
  it('print: prints the configuration with its defaults, and no secret', async () => {
    const file = await writeConfig(
      'print.yaml',
      'server: { port: "${PORT:-4001}" }\nproviders: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: "${TOKEN}" }]\n',
    );
    await using running = command(['config', 'print', '--config', file, '--host', '::1'], { TOKEN: 'hunter2-printed' });
    expect(await running.ended).toBe(0);
    expect(running.stdout()).toMatch(/host: ::1\n {2}port: 4001\n/);
    expect(running.stdout()).toContain('token: "[secret]"\n');
    expect(running.stdout() + running.stderr()).not.toContain('hunter2');
  });

  it('is no command by itself, and needs a file to print', async () => {
    await using alone = command(['config']);
    expect(await alone.ended).toBe(2);
    expect(alone.stderr()).toContain('There is no command "config".');
    await using without = command(['config', 'print']);
    expect(await without.ended).toBe(2);
    expect(without.stderr()).toContain('This needs --config FILE.');
  });
});

describe('sandbox', () => {
  it('prints a configuration that serve takes', async () => {
    await using sandboxes = start(['sandbox']);
    await sandboxes.untilPrinted(/kind: borg[\s\S]*password: \S+\n/);
    const file = await writeConfig('sandbox.yaml', sandboxes.stdout());
    await using running = command(['--config', file, '--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
    expect(await ask(origin, '{ providers { name kind } }')).toEqual({
      data: {
        providers: [
          { name: 'files', kind: 'BORG' },
          { name: 'labii', kind: 'LABII' },
          { name: 'machines', kind: 'VPROTECT' },
          { name: 'salesforce', kind: 'FLOSUM' },
        ],
      },
    });
    expect(running.stdout()).not.toContain('sandbox data');
  });
});
