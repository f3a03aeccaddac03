/** The arguments of the command line. */
import { parseArgs } from 'node:util';
import type { ConfigOverrides } from '../config/config.ts';

export const usage = `Usage: backplane [COMMAND] [OPTIONS]

  serve (default)   Start the gateway. Without --config: over sandboxes, with made-up data.
  sandbox           Start only the sandboxes, and print a configuration for them.
  check             Check a configuration: its ledger, the keys of tokens, and each provider once.
  healthcheck       Ask the gateway of a configuration, which runs, whether it is healthy: exit code 0 or 1.
  schema            Print the GraphQL schema.
  subgraph          Print it as a subgraph of Federation 2, to compose a supergraph.
  configuration     Print the reference of the configuration: all keys, as Markdown.
  config schema     Print the JSON Schema of the configuration, with which editors complete and check it.
  config print      Print the configuration as it is used: with values of the environment and defaults, without secrets.
  history status    Print how much of each provider is stored in the database, also while a gateway uses it.
  storage check     Check the database of a configuration, also while a gateway uses it.
  storage migrate   Bring the tables of the database up to date. A gateway does so itself when it starts.
  storage backup    Copy the SQLite file to --to, also while a gateway uses it.
  storage copy      Copy the SQLite file --from into the empty PostgreSQL database --to, while no gateway uses them.
  token             Make a token for somebody, and print it with what the configuration needs to know of it.

  --config FILE     The configuration; backplane.example.yaml shows all of it. Default: BACKPLANE_CONFIG of the environment.
  --host HOST       Address to listen on, instead of the configuration's.
  --port PORT       Port to listen on, instead of the configuration's; 0 picks a free one.
  --name NAME       token: who it is for, as logs and the audit log will name them.
  --role ROLE       token: READER (default) or OPERATOR, who may also start and stop.
  --from FILE       storage copy: the file, as in storage.url.
  --to FILE         storage backup: the new file. storage copy: the database; default: storage.url of the configuration.
  --retry           check: try credentials again that a product has refused; they are right now.
  --ready           healthcheck: whether it can do all its work, rather than whether it runs.
  --wait SECONDS    healthcheck: ask again until it is healthy, for so long; default: ask once.
  --version         Print the version, and the commit that was built.
  --help            This text.
`;

/** The arguments are wrong; the message says how. */
export class UsageError extends Error {}

export interface Flags extends ConfigOverrides {
  readonly config?: string;
  readonly name?: string | undefined;
  readonly role?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly retry?: boolean | undefined;
  readonly ready?: boolean | undefined;
  readonly waitSeconds?: number | undefined;
}

export function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        name: { type: 'string' },
        role: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        retry: { type: 'boolean' },
        ready: { type: 'boolean' },
        wait: { type: 'string' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}

export function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new UsageError('--port is a number from 0 to 65535.');
  return Number(text);
}

export function readWait(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,4}$/.test(text)) throw new UsageError('--wait is a whole number of seconds, up to 9999.');
  return Number(text);
}
