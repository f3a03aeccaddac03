/** Each exit code in the table of the documents is produced as the table says. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { constants } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { writeConfig } from '../support/main.ts';
import { type Running, start } from '../support/process.ts';
import { until } from '../support/timing.ts';

const provider = 'providers: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n';

const codeOf = async (running: Running): Promise<number> => {
  const outcome = await running.ended;
  return typeof outcome === 'number' ? outcome : 128 + constants.signals[outcome as NodeJS.Signals];
};

async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<number> {
  await using running = start(args, environment);
  return await codeOf(running);
}

async function serve(args: readonly string[] = ['--port', '0']): Promise<{ running: Running; port: number }> {
  const running = start(args);
  onTestFinished(() => running[Symbol.asyncDispose]());
  const [, port] = await running.untilPrinted(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
  return { running, port: Number(port) };
}

/** Whether a new connection is taken. */
const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

async function stopTwice(signal: NodeJS.Signals): Promise<number> {
  const { running, port } = await serve();
  // A request that is not sent to its end keeps the gateway from ending after the first signal.
  const slow = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void slow.destroy());
  slow.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{');
  await fetch(`http://127.0.0.1:${port}/health/live`);
  running.child.kill(signal);
  await until(async () => !(await isOpen(port)));
  running.child.kill(signal);
  return codeOf(running);
}

/** Case by case, in the words of the table. */
const cases: Readonly<Record<number, Readonly<Record<string, () => Promise<number>>>>> = {
  [exitCodes.done]: {
    done: () => run(['--version']),
    'stopped by a signal': async () => {
      const { running } = await serve();
      running.child.kill('SIGTERM');
      return codeOf(running);
    },
  },
  [exitCodes.failed]: {
    '`check` printed a FAIL line': async () => run(['check', '--config', await writeConfig('check.yaml', provider)]),
    '`healthcheck` found no healthy gateway': () => run(['healthcheck', '--port', '1']),
    'the gateway cannot listen': async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      return run(['--port', `${(server.address() as AddressInfo).port}`]);
    },
    'output cannot be written': async () => {
      const full = openSync('/dev/full', 'w');
      await using running = start(['subgraph'], {}, { stdout: full });
      closeSync(full);
      return await codeOf(running);
    },
  },
  [exitCodes.misconfigured]: {
    'the command line': () => run(['serv']),
    'the configuration': async () => run(['--config', await writeConfig('faulty.yaml', 'providers: []\n')]),
    'the ledger': async () => {
      const text = `ledger: { file: /nowhere/x.db }\n${provider}`;
      return run(['--port', '0', '--config', await writeConfig('ledger.yaml', text)]);
    },
  },
  [exitCodes.unexpected]: {
    'a fault of the gateway': () => {
      const fault = 'process.stdout.write = () => { throw new Error("planted") };';
      return run(['subgraph'], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURI(fault)}` });
    },
  },
  130: { 'a second SIGINT': () => stopTwice('SIGINT') },
  134: { 'not enough memory': () => run(['schema'], { NODE_OPTIONS: '--max-old-space-size=8' }) },
  143: { 'a second SIGTERM': () => stopTwice('SIGTERM') },
};

const table = [...readFileSync('docs/command-line.md', 'utf8').matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(
  ([, code, meaning = '']) => [Number(code), meaning] as const,
);

describe('the table of exit codes', () => {
  it('has each code that this test produces, and no other', () => {
    expect(table.map(([code]) => code)).toEqual(Object.keys(cases).map(Number));
  });

  it.each(
    Object.entries(cases).flatMap(([code, all]) =>
      Object.entries(all).map(([name, make]) => [code, name, make] as const),
    ),
  )('%s: %s', async (code, name, make) => {
    const [, meaning] = table.find(([listed]) => listed === Number(code)) ?? [];
    expect(meaning).toContain(name);
    expect(await make()).toBe(Number(code));
  });
});
