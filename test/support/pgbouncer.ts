/** Debian's pgbouncer in transaction mode, in front of a PostgreSQL: each transaction may run on another connection. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './nginx.ts';
import { account, run } from './postgres.ts';

const program = '/usr/sbin/pgbouncer';

/** Then tests with it are reported as skipped, unless BACKPLANE_REQUIRE_PGBOUNCER is set, as the gate does. */
export const isPgbouncerMissing = !existsSync(program) && !process.env['BACKPLANE_REQUIRE_PGBOUNCER'];

export interface Pgbouncer extends AsyncDisposable {
  /** The same database through the pooler. */
  through(url: string): string;
}

export async function startPgbouncer(server: { readonly port: number }): Promise<Pgbouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-pgbouncer-'));
  const port = await freePort();
  writeFileSync(join(folder, 'users.txt'), '"backplane" ""\n');
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${folder}/users.txt
pool_mode = transaction
server_round_robin = 1
default_pool_size = 6
`,
  );
  chmodSync(folder, 0o755);
  if (account.uid !== undefined && account.gid !== undefined) chownSync(folder, account.uid, account.gid);
  const pooler = spawn(program, ['-q', join(folder, 'pgbouncer.ini')], {
    ...account,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  pooler.stderr?.on('data', (chunk: Buffer) => (said += chunk));
  const ended = once(pooler, 'close');
  const through = (url: string) => url.replace(`:${server.port}/`, `:${port}/`);
  const test = through(`postgres://backplane@127.0.0.1:${server.port}/postgres`);
  while (!(await run(test, 'SELECT 1').catch(() => null))) {
    if (pooler.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`);
    await setTimeout(20);
  }
  return {
    through,
    async [Symbol.asyncDispose]() {
      pooler.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
