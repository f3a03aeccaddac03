/** Debian's nginx in front of a gateway. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env['NGINX'] ?? '/usr/sbin/nginx';

/** Then tests with nginx are reported as skipped, unless BACKPLANE_REQUIRE_NGINX is set, as the gate does. */
export const isNginxMissing = !existsSync(program) && !process.env['BACKPLANE_REQUIRE_NGINX'];

export interface Nginx extends AsyncDisposable {
  readonly origin: string;
}

/** With nothing in its configuration but `proxy_pass`. */
export async function startNginx(target: string): Promise<Nginx> {
  const port = await freePort();
  const nginx = await runNginx(`server { listen 127.0.0.1:${port}; location / { proxy_pass ${target}; } }`, port);
  return { origin: `http://127.0.0.1:${port}`, ...nginx };
}

/** With these lines in its `http` block, in which it listens on `port`, and with files that they name, relative to them. */
export async function runNginx(
  http: string,
  port: number,
  files: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { problems(): Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'backplane-nginx-'));
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(
    join(folder, 'nginx.conf'),
    `${user} worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; events {}
     http { access_log off; ${paths.join(' ')} ${http} }`,
  );
  const nginx = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], {
    stdio: 'inherit',
  });
  const ended = once(nginx, 'close');
  await untilListening(port, ended);
  return {
    /** What it has written to its error log. */
    problems: () => readFile(join(folder, 'error.log'), 'utf8'),
    async [Symbol.asyncDispose]() {
      nginx.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** nginx tells nobody that it listens. */
async function untilListening(port: number, ended: Promise<unknown>): Promise<void> {
  for (;;) {
    const isOpen = new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
        .once('connect', () => resolve(true))
        .once('error', () => setTimeout(() => resolve(false), 20));
      socket.once('connect', () => socket.destroy());
    });
    const outcome = await Promise.race([isOpen, ended.then(() => 'ended' as const)]);
    if (outcome === true) return;
    if (outcome === 'ended') throw new Error('nginx ended before it listened.');
  }
}
