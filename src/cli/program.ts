/** Reads the command line, runs the command and sets the exit code. */
import '../production.ts';
import { flushLog } from '../observability/log.ts';
import { watchStandardStreams } from '../observability/standard-streams.ts';
import { version } from '../version.ts';
import { type Flags, readArguments, readPort, readWait, UsageError, usage } from './arguments.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { say } from './print.ts';

/** Loaded when a command is given: help and faults of the command line need none of it. */
const gateway = () => import('./commands/index.ts');

const commands: Record<string, () => Promise<Command>> = {
  serve: async () => (await gateway()).serve,
  sandbox: async () => (await gateway()).sandbox,
  check: async () => (await gateway()).check,
  schema: async () => (await gateway()).schema,
  subgraph: async () => (await gateway()).subgraph,
  healthcheck: async () => (await gateway()).healthcheck,
  configuration: async () => (await gateway()).configuration,
  'config schema': async () => (await gateway()).configSchema,
  'config print': async () => (await gateway()).configPrint,
  'history status': async () => (await gateway()).historyStatus,
  'storage check': async () => (await gateway()).storageCheck,
  'storage migrate': async () => (await gateway()).storageMigrate,
  'storage backup': async () => (await gateway()).storageBackup,
  'storage copy': async () => (await gateway()).storageCopy,
  token: async () => (await gateway()).token,
};

let isServer = false;

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  if (values.version) {
    const { name, version: number, commit } = version;
    say(`${name} ${number}${commit === null ? '' : ` (${commit})`}`);
    return exitCodes.done;
  }
  const name = positionals.join(' ') || 'serve';
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`There is no command "${name}".`);
  isServer = name === 'serve' || name === 'sandbox';
  const flags = readFlags(name, values);
  const run = await load();
  return run(flags);
}

function readFlags(command: string, values: ReturnType<typeof readArguments>['values']): Flags {
  const { host, name, role, from, to, retry = false, ready = false } = values;
  if (command !== 'token' && (name ?? role) !== undefined) throw new UsageError('--name and --role are for "token".');
  if (command !== 'storage copy' && from !== undefined) throw new UsageError('--from is for "storage copy".');
  if (command !== 'storage backup' && command !== 'storage copy' && to !== undefined) {
    throw new UsageError('--to is for "storage backup" and "storage copy".');
  }
  if (command !== 'check' && retry) throw new UsageError('--retry is for "check".');
  if (command !== 'healthcheck' && ready) throw new UsageError('--ready is for "healthcheck".');
  if (command !== 'healthcheck' && values.wait !== undefined) throw new UsageError('--wait is for "healthcheck".');
  const [port, waitSeconds] = [readPort(values.port), readWait(values.wait)];
  const config = values.config ?? configOfEnvironment(command);
  return { ...(config === undefined ? {} : { config }), host, port, name, role, from, to, retry, ready, waitSeconds };
}

/** For containers, whose commands and health checks then need no arguments. */
function configOfEnvironment(command: string): string | undefined {
  const file = process.env['BACKPLANE_CONFIG'] || undefined;
  const isRead =
    ['serve', 'check', 'healthcheck', 'config print'].includes(command) || /^(storage|history) /.test(command);
  return isRead ? file : undefined;
}

async function fail(error: unknown): Promise<number> {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    return exitCodes.misconfigured;
  }
  const { toFailure } = await import('./failures.ts');
  const failure = toFailure(error);
  if (!failure) throw error;
  process.stderr.write(failure.text);
  return failure.exitCode;
}

const streams = watchStandardStreams();
process.once('exit', (code) => {
  const error = streams.outputError();
  // A reader that closes the pipe has seen what it wanted; and what a server prints at its start is no result.
  if (code !== 0 || error === null || error.code === 'EPIPE' || isServer) return;
  process.stderr.write(`Cannot write to standard output: ${error.code}.\n`);
  process.exitCode = exitCodes.failed;
});
// Of the start, and of any time after it. Node prints the stack, and sets its own code before it emits `exit`.
process.once('uncaughtExceptionMonitor', () => {
  process.prependOnceListener('exit', () => {
    process.exitCode = exitCodes.unexpected;
  });
});
// Not `process.exit`: what was printed must be out before the end. The timer is for what should not hang, and does.
process.exitCode = await main().catch(fail);
await flushLog(1000);
setTimeout(() => process.exit(), 1000).unref();
