/** Reads the command line and runs its command. */
import { version } from '../version.ts';
import { type Flags, readArguments, readPort, readWait, UsageError, usage } from './arguments.ts';
import type { Command, Terminal } from './command.ts';
import { exitCodes } from './exit-codes.ts';

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

/** Returns the exit code. Throws what a person cannot remedy. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(args, terminal);
  } catch (error) {
    return await fail(error, terminal);
  }
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readArguments(args);
  if (values.help) {
    terminal.say(usage.trimEnd());
    return exitCodes.done;
  }
  if (values.version) {
    const { name, version: number, commit } = version;
    terminal.say(`${name} ${number}${commit === null ? '' : ` (${commit})`}`);
    return exitCodes.done;
  }
  const name = positionals.join(' ') || 'serve';
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`There is no command "${name}".`);
  const flags = readFlags(name, values, terminal.environment);
  const command = await load();
  return command(flags, terminal);
}

function readFlags(
  command: string,
  values: ReturnType<typeof readArguments>['values'],
  environment: Terminal['environment'],
): Flags {
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
  const config = values.config ?? configOfEnvironment(command, environment);
  return { ...(config === undefined ? {} : { config }), host, port, name, role, from, to, retry, ready, waitSeconds };
}

/** For containers, whose commands and health checks then need no arguments. */
function configOfEnvironment(command: string, environment: Terminal['environment']): string | undefined {
  const file = environment['BACKPLANE_CONFIG'] || undefined;
  const isRead =
    ['serve', 'check', 'healthcheck', 'config print'].includes(command) || /^(storage|history) /.test(command);
  return isRead ? file : undefined;
}

async function fail(error: unknown, terminal: Terminal): Promise<number> {
  if (error instanceof UsageError) {
    terminal.complain(`${error.message}\n\n${usage}`);
    return exitCodes.misconfigured;
  }
  const { toFailure } = await import('./failures.ts');
  const failure = toFailure(error);
  if (!failure) throw error;
  terminal.complain(failure.text);
  return failure.exitCode;
}
