/** The command line. Exit code 0: done; 1: a provider or the network has a fault; 2: the arguments or the configuration have. */
import './production.ts';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { stringify } from 'yaml';
import type { Sandbox } from '../providers/_kit/sandbox/contract.ts';
import { products } from '../providers/index.ts';
import { createSchema } from '../schema/index.ts';
import { subgraphSdl } from '../schema/subgraph.ts';
import { createApp } from './app.ts';
import { makeToken } from './auth/tokens.ts';
import { type Flags, readArguments, readPort, UsageError, usage } from './cli/arguments.ts';
import { checkConfig } from './cli/check.ts';
import { reportUnexpected } from './cli/expectation-report.ts';
import { tokenSettings } from './config/auth.ts';
import { isOn } from './config/browsers.ts';
import { type Config, parseConfig } from './config/config.ts';
import { toMarkdown } from './config/documentation.ts';
import { ConfigError } from './config/file.ts';
import { listTables } from './config/reference.ts';
import { flushLog } from './observability/log.ts';
import { watchStandardStreams } from './observability/standard-streams.ts';
import { LedgerError } from './storage/database.ts';
import { waitForStorage } from './storage/storage.ts';
import { graphqlPath } from './transport/server.ts';

const commands: Record<string, (flags: Flags) => Promise<number>> = {
  serve,
  sandbox,
  check,
  schema,
  subgraph,
  configuration,
  token,
};

let isServer = false;

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [name = 'serve', ...rest] = positionals;
  const command = commands[name];
  if (!command || rest.length > 0) throw new UsageError(`There is no command "${positionals.join(' ')}".`);
  isServer = command === serve || command === sandbox;
  const { config, host, name: tokenName, role, retry = false } = values;
  if (command !== token && (tokenName ?? role) !== undefined)
    throw new UsageError('--name and --role are for "token".');
  if (command !== check && retry) throw new UsageError('--retry is for "check".');
  const port = readPort(values.port);
  return command({ ...(config === undefined ? {} : { config }), host, port, name: tokenName, role, retry });
}

async function readConfig({ config: file, ...overrides }: Flags): Promise<Config> {
  if (file === undefined) throw new UsageError('This needs --config FILE.');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}.`);
  }
  const warn = (line: string) => void process.stderr.write(`Warning: ${line}\n`);
  return parseConfig(text, products, process.env, { ...overrides, folder: dirname(file), warn });
}

/** Every product's sandbox, and a configuration for them. */
async function startSandboxes(port = 0): Promise<{ sandboxes: Sandbox[]; yaml: string }> {
  const sandboxes = await Promise.all(
    products.map((product, index) => product.startSandbox({ port: port === 0 ? 0 : port + index })),
  );
  return { sandboxes, yaml: stringify({ providers: sandboxes.map(({ config }) => config) }) };
}

async function serve(flags: Flags): Promise<number> {
  const demo = flags.config === undefined ? await startSandboxes() : null;
  const config = demo ? parseConfig(demo.yaml, products, {}, flags) : await readConfig(flags);
  const { file, lockSeconds } = config.ledger;
  const storage = await waitForStorage(file, {
    waitMs: lockSeconds * 1000,
    onWait: (reason) => process.stderr.write(`${reason}\nWaiting up to ${lockSeconds} s for it.\n`),
  });
  const app = createApp(config, products, { isSandbox: demo !== null, storage });
  const stopped = untilStopped();
  const origin = await app.server.listen(config.server.port, config.server.host);
  say(`Backplane is listening on ${origin}${graphqlPath}`);
  say(
    isOn(config.server.graphiql, config.auth !== null)
      ? `GraphiQL: open ${origin}${graphqlPath} in a browser.`
      : 'GraphiQL is off, as it is by default with auth; server.graphiql: true switches it on.',
  );
  if (config.auth === null && isReachedByOthers(config)) {
    say('auth is none: everyone who reaches this gateway through your proxy may read, start and stop everything.');
  }
  if (demo) {
    say('This is sandbox data: pretended products, made-up backups. Nothing real is read or started.');
    say('For your own systems: copy backplane.example.yaml, then npm start -- --config FILE');
  } else if (config.ledger.file === ':memory:') {
    say('ledger.file is not set: what became of commands is forgotten when this process ends.');
  }
  const leaving = new AbortController();
  const reported = reportUnexpected(app.providers, config.providers, leaving.signal).then((lines) => lines.map(say));
  await stopped;
  leaving.abort();
  await reported;
  await app.close();
  await Promise.all(demo?.sandboxes.map((running) => running.close()) ?? []);
  return 0;
}

async function sandbox(flags: Flags): Promise<number> {
  if (flags.config !== undefined) throw new UsageError('The sandboxes take no --config: they print one.');
  const stopped = untilStopped();
  const { sandboxes, yaml } = await startSandboxes(flags.port);
  say('# Pretended products with made-up backups. Save this as a file and start the gateway with --config FILE.');
  say(yaml.trimEnd());
  await stopped;
  await Promise.all(sandboxes.map((running) => running.close()));
  return 0;
}

async function check(flags: Flags): Promise<number> {
  const { retry: isRetry = false, ...given } = flags;
  const config = await readConfig(given);
  const results = await checkConfig(config, products, isRetry);
  for (const { line } of results) say(line);
  return results.every(({ isFine }) => isFine) ? 0 : 1;
}

function schema(): Promise<number> {
  say(printSchema(lexicographicSortSchema(createSchema(products.map((product) => product.schema)))));
  return Promise.resolve(0);
}

function subgraph(): Promise<number> {
  say(subgraphSdl(createSchema(products.map((product) => product.schema))));
  return Promise.resolve(0);
}

function configuration(): Promise<number> {
  say(toMarkdown(listTables(products)).trimEnd());
  return Promise.resolve(0);
}

/** It listens on a loopback address, and somebody has put a proxy before it. */
const isReachedByOthers = ({ server: { publicUrl, trustedProxies } }: Config): boolean =>
  trustedProxies.length > 0 || (publicUrl !== null && !isLoopbackName(new URL(publicUrl).hostname));

const isLoopbackName = (name: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(name);

function token({ config, host, port, ...given }: Flags): Promise<number> {
  if ((config ?? host ?? port) !== undefined) throw new UsageError('The command token takes only --name and --role.');
  const entry = tokenEntry(given);
  say(`The token, shown this once and stored nowhere: ${entry.token}`);
  say('For the configuration, which only knows its SHA-256:\n');
  say(stringify({ auth: { tokens: [entry.settings] } }).trimEnd());
  return Promise.resolve(0);
}

function tokenEntry({ name = 'somebody', role = 'READER' }: Pick<Flags, 'name' | 'role'>) {
  const { token, sha256 } = makeToken();
  const read = tokenSettings.safeParse({ name, sha256, role });
  if (read.success) return { token, settings: { name, sha256, role } };
  const [issue] = read.error.issues;
  throw new UsageError(
    issue?.path[0] === 'role' ? '--role is READER or OPERATOR.' : '--name is 1 to 60 letters, digits and ._@-.',
  );
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** SIGTERM or SIGINT; a second one ends the process at once. */
const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });

function fail(error: unknown): number {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${usage}`);
  else if (error instanceof ConfigError)
    process.stderr.write(`The configuration has faults:\n${error.faults.map((fault) => `  ${fault}\n`).join('')}`);
  else if (error instanceof LedgerError) process.stderr.write(`${error.message}\n`);
  else if (isListenError(error))
    process.stderr.write(`Cannot listen on port ${error.port}: ${error.code}. Choose another with --port.\n`);
  else throw error;
  return isListenError(error) ? 1 : 2;
}

const isListenError = (error: unknown): error is NodeJS.ErrnoException & { port: number } =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';

const streams = watchStandardStreams();
process.once('exit', (code) => {
  const error = streams.outputError();
  // A reader that closes the pipe has seen what it wanted; and what a server prints at its start is no result.
  if (code !== 0 || error === null || error.code === 'EPIPE' || isServer) return;
  process.stderr.write(`Cannot write to standard output: ${error.code}.\n`);
  process.exitCode = 1;
});
// Not `process.exit`: what was printed must be out before the end. The timer is for what should not hang, and does.
process.exitCode = await main().catch(fail);
await flushLog(1000);
setTimeout(() => process.exit(), 1000).unref();
