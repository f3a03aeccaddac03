/** The command line of the bench. */
import { parseArgs } from 'node:util';
import { full, quick, type Scale, smoke } from './bench.ts';

export interface Options {
  readonly scale: Scale;
  /** Names of scenarios; null: all of them. */
  readonly scenarios: readonly string[] | null;
  /** A checkout with another build to compare with; null: none. */
  readonly against: string | null;
  /** File for the numbers. */
  readonly json: string | null;
  /** URL of an empty database of PostgreSQL, for the scenarios of the history and of replicas; null: none. */
  readonly postgres: string | null;
  /** Folder for profiles, which are then made instead. */
  readonly profile: string | null;
  readonly isHelp: boolean;
}

export const usageOf = (names: readonly string[]): string => `Usage: npm run bench -- [OPTIONS]

  --scenario NAME    Only this one. May be given several times.
                     ${names.join(', ')}
  --against DIR      Also measures the build in this checkout, round by round, in the same tables.
  --quick            Fewer and shorter rounds; rougher numbers.
  --smoke            Only whether everything runs, in some seconds; the numbers say nothing.
  --processes N      Fresh processes of each side, one after the other.
  --rounds N         How often each process is measured.
  --seconds S        How long one measurement is at the least.
  --warmUp N         Operations of the warm-up of a process at the least.
  --clients N        How many ask at once where it is crowded; 50 unless given.
  --operations N     Operations of the memory scenario.
  --sockets N        Sockets of the scenario of that name.
  --idleSeconds S    How long nobody asks anything in the background scenario.
  --historyRows N    Stored backups of the history scenario; 1,000,000 unless given.
  --linesPerSecond N Of the log that the dashboard follows; 1,000 unless given.
  --minutes N        How long the dashboard follows live events; 1 unless given, 60 for a soak.
  --postgres URL     The history scenario also measures this empty database, and the replicas scenario
                     makes its databases at this server; it starts one of its own otherwise.
  --json FILE        Also writes the numbers to this file.
  --profile DIR      Instead, profiles the gateways under the chosen loads: by folder, package, file and function.
  --help             This text.

Exit 0: measured, whether targets are met or not; 1: a check failed, and there is nothing to compare.
`;

const flag = { type: 'boolean' } as const;
const text = { type: 'string' } as const;

export function parseOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: flag,
      smoke: flag,
      scenario: { type: 'string', multiple: true },
      against: text,
      rounds: text,
      seconds: text,
      warmUp: text,
      processes: text,
      clients: text,
      operations: text,
      sockets: text,
      idleSeconds: text,
      json: text,
      profile: text,
      historyRows: text,
      linesPerSecond: text,
      minutes: text,
      postgres: text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  return {
    scale: toScale(values.smoke ? smoke : values.quick ? quick : full, values),
    scenarios: values.scenario ?? null,
    against: values.against ?? null,
    json: values.json ?? null,
    profile: values.profile ?? null,
    postgres: values.postgres ?? null,
    isHelp: values.help ?? false,
  };
}

/** What the command line says wins over the form that was chosen. */
function toScale(form: Scale, given: { readonly [Key in keyof Scale]?: string | undefined }): Scale {
  const read = (key: keyof Scale): number => {
    const value = Number(given[key] ?? form[key]);
    if (!(value > 0)) throw new Error(`--${key} is a number above 0.`);
    return value;
  };
  return {
    ...form,
    processes: read('processes'),
    rounds: read('rounds'),
    seconds: read('seconds'),
    warmUp: read('warmUp'),
    clients: read('clients'),
    operations: read('operations'),
    sockets: read('sockets'),
    idleSeconds: read('idleSeconds'),
    historyRows: read('historyRows'),
    linesPerSecond: read('linesPerSecond'),
    minutes: read('minutes'),
  };
}
