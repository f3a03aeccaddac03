/** The servers that are compared: the floor, this build of the gateway, and another build of it. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, type StartOptions, startChild } from './children.ts';
import { credentials, type Served } from './systems.ts';

export interface Setup extends StartOptions {
  readonly systems: readonly Served[];
  /** How long answers are kept, in seconds; null: as long as the gateway does by itself. The floor keeps none. */
  readonly cacheSeconds: number | null;
  readonly nodeFlags?: readonly string[];
  /** Further sections of the configuration of a gateway. */
  readonly more?: object;
}

export interface Side {
  readonly name: string;
  start(setup: Setup): Promise<Child>;
}

export interface Gateway extends Side {
  /** Folder with the sources of the build. */
  readonly checkout: string;
  /** With a whole configuration. */
  startWith(config: unknown, options?: StartOptions): Promise<Child>;
  /** Without a configuration, as somebody who tries it out. */
  startSandbox(): Promise<Child>;
}

/** This file is compiled into `dist/bench` of a checkout. */
const ownCheckout = join(import.meta.dirname, '..', '..');
export const programOf = (name: string): string => join(import.meta.dirname, `${name}.js`);

export const floor: Side = {
  name: 'floor',
  start: ({ systems, isProbed = false, nodeFlags = [] }) =>
    startChild([...nodeFlags, programOf('floor'), JSON.stringify(systems)], { isProbed }),
};

let configurations = 0;

/** `folder` is where configurations are written; `checkout` is a folder with a build, this one unless given. */
export function gatewayOf(folder: string, checkout = ownCheckout): Gateway {
  const program = findProgram(checkout);
  async function startWith(config: unknown, { isProbed = false }: StartOptions = {}, flags: readonly string[] = []) {
    const file = join(folder, `gateway-${++configurations}.yaml`);
    await writeFile(file, JSON.stringify(config));
    return startChild([...environmentFlags(), ...flags, program, '--config', file, '--port', '0'], { isProbed });
  }
  return {
    name: checkout === ownCheckout ? 'this build' : nameOf(checkout),
    checkout,
    startWith,
    startSandbox: () => startChild([...environmentFlags(), program, '--port', '0']),
    start: ({ systems, cacheSeconds, isProbed = false, nodeFlags = [], more = {} }) =>
      startWith({ ...toConfig(systems, cacheSeconds), ...more }, { isProbed }, nodeFlags),
  };
}

/** As `npm run build` leaves it, today and before it was one bundle. */
function findProgram(checkout: string): string {
  const program = ['dist/main.js', 'dist/src/main.js'].map((file) => join(checkout, file)).find(existsSync);
  if (program === undefined) throw new Error(`${checkout} has no dist/main.js: run "npm ci && npm run build" there.`);
  return program;
}

function nameOf(checkout: string): string {
  try {
    const git = ['rev-parse', '--short', 'HEAD'];
    return execFileSync('git', git, { cwd: checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'before';
  }
}

/** For a look at the gateways: `BENCH_NODE_FLAGS=--cpu-prof`. */
const environmentFlags = (): readonly string[] => process.env['BENCH_NODE_FLAGS']?.split(' ') ?? [];

/** It asks on and on from one address: what it measures is no refusal. */
export const floods = { requestsPerMinute: 1_000_000_000, operations: 1_000_000, streams: 1_000_000 } as const;

/** As JSON, which is YAML too. */
function toConfig(systems: readonly Served[], cacheSeconds: number | null): object {
  const providers = systems.map((system) => ({
    ...toProvider(system),
    // On a busy machine, 50 clients at once wait for longer than an operator would.
    timeoutSeconds: 30,
    ...(cacheSeconds === null ? {} : { cacheSeconds }),
  }));
  return { providers, limits: floods, log: { level: 'warn' } };
}

function toProvider({ name, kind, origin }: Served) {
  const { token, username, password } = credentials;
  switch (kind) {
    case 'flosum':
      return { name, kind, url: origin, token };
    case 'labii':
      return { name, kind, url: `${origin}/v1`, token, organizations: [{ sid: 'org1', name: 'Our laboratory' }] };
    case 'vprotect':
      return { name, kind, url: `${origin}/api`, username, password };
    case 'borg':
      return { name, kind, url: origin, username, password };
  }
}
