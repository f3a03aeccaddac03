/** Starting the three programs: the products, the gateway, and the floor. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from './children.ts';
import { connectClient, parseAnswer } from './client.ts';
import { takeControl } from './control.ts';
import { collectionCount, credentials, dashboard, deep, type Estate } from './estate.ts';
import type { FloorList, FloorSettings } from './floor.ts';
import { operation } from './operation.ts';

/** This file is compiled into `dist/bench`. */
const gatewayProgram = join(import.meta.dirname, '..', 'main.js');
const programOf = (name: string): string => join(import.meta.dirname, `${name}.js`);

export const startUpstream = (): Promise<Child> => startChild([programOf('upstream')]);

export interface GatewayOptions {
  readonly estates: readonly Estate[];
  /** How long answers are kept, in seconds; null: as long as the gateway does by itself. */
  readonly cacheSeconds: number | null;
}

export interface Gateways {
  /** Whether the configuration has `cacheSeconds`; without, no gateway keeps answers. */
  readonly hasCache: boolean;
  start(options: GatewayOptions, nodeFlags?: readonly string[]): Promise<Child>;
  /** The same with a whole configuration. */
  startWith(config: unknown): Promise<Child>;
}

export interface Prepared {
  readonly gateways: Gateways;
  /** What a gateway was seen to ask for, so that the floor can be neither luckier nor poorer. */
  readonly lists: readonly FloorList[];
}

/** `folder` is where configurations are written. */
export async function prepare(folder: string, upstream: string): Promise<Prepared> {
  let count = 0;
  const start = (options: GatewayOptions, nodeFlags: readonly string[]): Promise<Child> =>
    startWith(toConfig(upstream, options), nodeFlags);

  async function startWith(config: unknown, nodeFlags: readonly string[]): Promise<Child> {
    const file = join(folder, `gateway-${++count}.yaml`);
    await writeFile(file, JSON.stringify(config));
    return startChild([...nodeFlags, gatewayProgram, '--config', file, '--port', '0']);
  }
  let hasCache = true;
  const first = await start(uncached, []).catch(() => {
    // An unknown key is refused, and a gateway that fails for another reason fails again.
    hasCache = false;
    return start(withoutKey(uncached), []);
  });
  await using gateway = first;
  const lists = await observeLists(upstream, gateway);
  return {
    lists,
    gateways: {
      hasCache,
      start: (options, flags = []) => start(hasCache ? options : withoutKey(options), flags),
      startWith: (config) => startWith(config, nodeFlags()),
    },
  };
}

const withoutKey = (options: GatewayOptions): GatewayOptions => ({ ...options, cacheSeconds: null });

/** It asks on and on from one address: what it measures is no refusal. */
export const floods = { requestsPerMinute: 1_000_000_000, operations: 1_000_000, streams: 1_000_000 } as const;

/** As JSON, which is YAML too. */
function toConfig(upstream: string, { estates, cacheSeconds }: GatewayOptions): unknown {
  const { token, username, password } = credentials;
  const providers = estates.map(({ kind, name }) => ({
    name,
    kind,
    url: `${upstream}/${name}`,
    ...(kind === 'flosum' ? { token } : { username, password }),
    ...(cacheSeconds === null ? {} : { cacheSeconds }),
  }));
  return { providers, limits: floods, log: { level: 'warn' } };
}

/** Without a cache: what most scenarios are about. */
export const uncached: GatewayOptions = { estates: dashboard, cacheSeconds: 0 };
/** As an operator has it who has changed nothing. */
export const asDelivered: GatewayOptions = { estates: dashboard, cacheSeconds: null };
export const deepOnly: GatewayOptions = { estates: [deep], cacheSeconds: 0 };

async function observeLists(upstream: string, gateway: Child): Promise<FloorList[]> {
  using client = await connectClient(gateway.url);
  // The first one also logs in and asks for the connections.
  await client.post(operation());
  await takeControl(upstream);
  parseAnswer(await client.post(operation()));
  const { lists, paths } = await takeControl(upstream);
  if (lists !== collectionCount) {
    throw new Error(`one operation made ${lists} list requests where there are ${collectionCount} collections`);
  }
  return paths.map(toFloorList);
}

function toFloorList(path: string): FloorList {
  const provider = path.split('/', 2)[1] ?? '';
  const kind = dashboard.find(({ name }) => name === provider)?.kind;
  if (!kind) throw new Error(`the gateway asked for ${path}, which belongs to no provider`);
  return { provider, kind, path, connectionId: /\/connections\/(\d+)\//.exec(path)?.[1] ?? '' };
}

export const startFloor = (settings: FloorSettings): Promise<Child> =>
  startChild([programOf('floor'), JSON.stringify(settings)]);

export const startRunning = (): Promise<Child> => startChild([programOf('running')]);

export const startBare = (message: string): Promise<Child> => startChild([programOf('bare'), message]);

export const startWatchers = (): Promise<Child> => startChild([programOf('watchers')]);

/** For a look at one of them: `BENCH_NODE_FLAGS=--cpu-prof`. */
const nodeFlags = (): readonly string[] => process.env['BENCH_NODE_FLAGS']?.split(' ') ?? [];
