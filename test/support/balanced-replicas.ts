/** Programs on one PostgreSQL, behind nginx with the block of docs/replicas.md. */
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { writeConfig } from './main.ts';
import { blocksOf } from './markdown.ts';
import { freePort, runNginx } from './nginx.ts';
import { type Running, start } from './process.ts';

export interface Balanced {
  /** Of nginx. */
  readonly origin: string;
  readonly ws: string;
  /** The gateways behind it. */
  readonly ports: readonly number[];
  /** A restarted program is another one, in the same place. */
  readonly programs: readonly Running[];
  /** Ends a program by this signal and starts it again at the same port. Returns the exit code, or the signal. */
  restart(index: number, signal: NodeJS.Signals): Promise<number | string>;
  /** What nginx has written about requests that it could not pass on. */
  problems(): Promise<string>;
}

/** They end with the test. `settings`: the configuration, but for the database. */
export async function startBalanced(databaseUrl: string, count: number, settings: object): Promise<Balanced> {
  const config = await writeConfig(
    'replica.yaml',
    stringify({
      storage: { url: databaseUrl, takeoverSeconds: 2 },
      server: { shutdownSeconds: 1, trustedProxies: ['127.0.0.1'] },
      ...settings,
    }),
  );
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  async function startAt(port: number): Promise<Running> {
    const program = start(['--config', config, '--port', String(port)]);
    onTestFinished(() => program[Symbol.asyncDispose]());
    await program.untilPrinted(/listening on/);
    return program;
  }
  const programs = await Promise.all(ports.map(startAt));
  const front = await freePort();
  const nginx = await runNginx(documentedBlock(ports, front), front);
  onTestFinished(() => nginx[Symbol.asyncDispose]());
  return {
    origin: `http://127.0.0.1:${front}`,
    ws: `ws://127.0.0.1:${front}/graphql`,
    ports,
    programs,
    async restart(index, signal) {
      const [program, port] = [programs[index], ports[index]];
      if (!program || port === undefined) throw new Error(`there is no program ${index}`);
      program.child.kill(signal);
      const end = await program.ended;
      programs[index] = await startAt(port);
      return end;
    },
    problems: nginx.problems,
  };
}

/** Without TLS, and with these ports instead of its own. */
export function documentedBlock(ports: readonly number[], front: number): string {
  const [block = ''] = blocksOf('nginx', 'docs/replicas.md').map(({ text }) => text);
  const [server = ''] = /server \S+:4000[^;]*;/.exec(block) ?? [];
  const servers = ports.map((port) => server.replace(/\S+:4000/, `127.0.0.1:${port}`));
  return block
    .replace(/ {2}server \S+:4000[^;]*;\n/g, '')
    .replace('upstream backplane {', `upstream backplane {\n${servers.join('\n')}`)
    .replace(/listen 443 ssl;/, `listen 127.0.0.1:${front};`)
    .replace(/ {2}ssl_\S+ [^;]*;\n/g, '');
}
