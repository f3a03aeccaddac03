/** Where the gateway's time goes under load, by part and by function. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scale } from './bench.ts';
import { runLoad } from './load.ts';
import { asDelivered, type GatewayOptions, type Gateways, uncached } from './programs.ts';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** As V8 writes it. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface Case {
  readonly title: string;
  readonly options: GatewayOptions;
  readonly clients: number;
}

const cases: readonly Case[] = [
  // One client: simultaneous questions may share their reads, which would hide what a read costs.
  { title: 'First page, no cache, 1 client', options: uncached, clients: 1 },
  { title: 'Wall of dashboards, cache as delivered, 50 clients', options: asDelivered, clients: 50 },
];

const longestTable = 40;

/** Leaves a `.cpuprofile` for each case in the folder and gives the tables as text. */
export async function profileGateway(
  gateways: Gateways,
  upstream: string,
  folder: string,
  scale: Scale,
): Promise<string> {
  const texts: string[] = [];
  for (const one of cases) texts.push(await profileCase(one, gateways, upstream, folder, scale));
  return texts.join('\n');
}

async function profileCase(
  { title, options, clients }: Case,
  gateways: Gateways,
  upstream: string,
  folder: string,
  { rounds, seconds }: Scale,
): Promise<string> {
  const before = new Set(await readdir(folder));
  let skipMs: number;
  let operations: number;
  {
    await using server = await gateways.start(options, ['--cpu-prof', '--cpu-prof-dir', folder]);
    await runLoad({ server, upstream }, clients, { seconds });
    // Starting and warming up are not what is asked about.
    skipMs = performance.now() - server.startedAt;
    ({ operations } = await runLoad({ server, upstream }, clients, { seconds: rounds * seconds }));
  }
  const file = (await readdir(folder)).find((name) => name.endsWith('.cpuprofile') && !before.has(name));
  if (file === undefined) throw new Error('the gateway left no profile');
  const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile;
  return `${title}: ${summarise(profile, skipMs, operations)}`;
}

function summarise({ nodes, samples, timeDeltas }: CpuProfile, skipMs: number, operations: number): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const stacks = new Map<number, readonly CallFrame[]>();
  const stackOf = (id: number): readonly CallFrame[] => {
    const known = stacks.get(id);
    if (known) return known;
    const stack: CallFrame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at);
      if (node) stack.push(node.callFrame);
    }
    stacks.set(id, stack);
    return stack;
  };

  const selfByKind = new Map<string, number>();
  const selfByPart = new Map<string, number>();
  const selfByFunction = new Map<string, number>();
  const wholeByFunction = new Map<string, number>();
  let elapsed = 0;
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    elapsed += delta;
    const stack = stackOf(id);
    const [top] = stack;
    if (elapsed < skipMs * 1000 || !top || top.functionName === '(idle)') continue;
    busy += delta;
    const part = partOf(stack);
    add(selfByKind, kindOf(part), delta);
    add(selfByPart, part, delta);
    add(selfByFunction, labelOf(top), delta);
    for (const label of new Set(stack.map(labelOf))) add(wholeByFunction, label, delta);
  }
  wholeByFunction.delete('(root)');
  return [
    `${operations} operations, busy for ${(busy / 1000 / operations).toFixed(2)} ms each\n`,
    toTable('By kind of work, % of busy time; what Node does belongs to its caller', selfByKind, busy),
    toTable('By package and file', selfByPart, busy),
    toTable('By function, without what it calls', selfByFunction, busy),
    toTable('By function, with what it calls', wholeByFunction, busy),
  ].join('\n');
}

const add = (totals: Map<string, number>, key: string, value: number): void => {
  totals.set(key, (totals.get(key) ?? 0) + value);
};

/** What V8 and Node do by themselves, such as `Array.map`, `JSON.parse` or a write to a socket. */
const isBuiltIn = ({ url, functionName }: CallFrame): boolean =>
  (url === '' && !functionName.startsWith('(')) || url.startsWith('node:');

/** The package or the file of ours that is at work, itself or by what it calls of Node. */
function partOf(stack: readonly CallFrame[]): string {
  const [top] = stack;
  if (!top) return '(unknown)';
  if (!isBuiltIn(top)) return placeOf(top);
  return placeOf(stack.find((frame) => frame.url !== '' && !isBuiltIn(frame)) ?? stack.find(({ url }) => url) ?? top);
}

/** The first that fits names the kind of work. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^\(garbage collector\)/, 'garbage collection'],
  [/^src\/core\/answer$/, 'reading and parsing JSON from upstream'],
  [/^src\/core\/instant$/, 'reading and writing times'],
  [/^(undici$|wasm)/, 'undici: asking upstream'],
  [/^src\/core\/(upstream|session|deadline|health|failure)$/, 'ours around undici: deadlines, sessions'],
  [/^zod$/, 'zod'],
  [/^(graphql$|@graphql-tools\/)/, 'graphql: validation and execution'],
  [/^(graphql-yoga$|@whatwg-node\/|@envelop\/|@graphql-yoga\/|@repeaterjs)/, 'yoga: request and response'],
  [/^(@pothos\/|schema\/|dataloader$)/, 'resolvers'],
  [/^src\/core\//, 'core: readers, merge, order'],
  [/^providers\//, 'adapters: wire to model'],
  [/^src\//, 'our server'],
  [/^node:/, 'Node by itself: sockets, HTTP, timers'],
];

const kindOf = (part: string): string => kinds.find(([pattern]) => pattern.test(part))?.[1] ?? part;

function placeOf({ url, functionName }: CallFrame): string {
  if (url === '') return functionName || '(anonymous)';
  const [, packaged] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (packaged !== undefined) return packaged;
  const [, internal] = /^node:(?:internal\/)?([^/]+)/.exec(url) ?? [];
  if (internal !== undefined) return `node:${internal}`;
  if (url.startsWith('wasm')) return 'undici';
  return /\/dist\/(.+)\.js$/.exec(url)?.[1] ?? url.split('/').at(-1) ?? url;
}

function labelOf(frame: CallFrame): string {
  const { functionName, lineNumber, url } = frame;
  if (url === '') return functionName || '(anonymous)';
  return `${functionName || '(anonymous)'} [${placeOf(frame)}:${url.split('/').at(-1)}:${lineNumber + 1}]`;
}

function toTable(title: string, totals: ReadonlyMap<string, number>, whole: number): string {
  const rows = [...totals].sort(([, a], [, b]) => b - a).slice(0, longestTable);
  const lines = rows.map(([name, value]) => `  ${((value / whole) * 100).toFixed(1).padStart(5)}  ${name}`);
  return [title, ...lines, ''].join('\n');
}
