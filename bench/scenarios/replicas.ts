/** What several gateways on one PostgreSQL cost, against one process on a file. One file, since all parts share the clusters. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import { type Child, startChild } from '../children.ts';
import { runLoad } from '../load.ts';
import { page } from '../operations.ts';
import { openBenchServer, query } from '../postgres-server.ts';
import { type Measure, measure, ratioAtMost, valueAtMost } from '../report.ts';
import type { RunningControl } from '../running.ts';
import { floods, programOf } from '../sides.ts';
import { median } from '../statistics.ts';
import { inTurn } from '../turns.ts';
import type { OpenRequest, Watched } from '../watchers.ts';

const count = 3;
/** Watching, for each second of other measurements, and at the least. */
const ticks = 6;
const leastTicks = 2;
const settleMs = 3_000;
const idleFor = 3;
const linesPerSecond = 10;

interface Cluster {
  readonly name: string;
  readonly storage: string;
  readonly servers: readonly Child[];
}

export const replicas: Scenario = {
  name: 'replicas',
  async run(bench: Bench) {
    const folder = await mkdtemp(join(tmpdir(), 'backplane-bench-replicas-'));
    await using server = await openBenchServer(bench.postgres);
    const storages = async (name: string) => [
      `file:${join(folder, `${name}.db`)}`,
      await server.database(),
      await server.database(),
    ];
    try {
      const start = inTurn(bench.scale.isInTurn);
      const [pages, streams, lines] = await Promise.all([
        start(async () => measurePages(bench, await storages('pages'))),
        start(async () => measureStreams(bench, await storages('streams'))),
        start(async () => measureLog(bench, await server.database())),
      ]);
      return {
        scenario: 'replicas',
        title: `Replicas: a process on a file, a replica on PostgreSQL, and one of ${count}`,
        columns: ['on a file', '1 replica', `of ${count}`],
        measures: [...pages, ...streams, ...lines],
        notes: [
          'First pages have no cache. The load is on one process; the others of the cluster idle, and their cost is not in it.',
          `Deliveries: from the first watcher's event, at the replica that polls, to that of the last one of ${count}, a watcher at each.`,
          'Writes: rows that were inserted, updated or deleted, without those of the same time without a watcher.',
        ],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const names = ['on a file', '1 replica', `of ${count}`];

/** Runs `work` with a process on a file, one on PostgreSQL, and three. */
async function withClusters<T>(
  storages: readonly string[],
  start: (storage: string) => Promise<Child>,
  work: (clusters: readonly Cluster[]) => Promise<T>,
): Promise<T> {
  const clusters: Cluster[] = [];
  try {
    for (const [index, storage] of storages.entries()) {
      const servers: Child[] = [];
      clusters.push({ name: names[index] ?? '', storage, servers });
      const size = index === storages.length - 1 && storages.length > 1 ? count : 1;
      await Promise.all(Array.from({ length: size }, async () => servers.push(await start(storage))));
    }
    return await work(clusters);
  } finally {
    await Promise.all(clusters.flatMap(({ servers }) => servers.map((one) => one.stop())));
  }
}

const buildOf = ({ gateways }: Bench) => gateways.at(-1) as Bench['gateways'][number];

async function measurePages(bench: Bench, storages: readonly string[]): Promise<Measure[]> {
  const { upstream, scale } = bench;
  const systems = systemsOf(bench, 4);
  const start = (url: string) =>
    buildOf(bench).start({
      systems,
      cacheSeconds: 0,
      isProbed: true,
      more: { storage: { url }, history: { off: true } },
    });
  const bodies = () => page();
  return withClusters(storages, start, async (clusters) => {
    const cases = [1, scale.clients];
    const cpu = clusters.map(() => cases.map(() => [] as number[]));
    const p50 = clusters.map(() => [] as number[]);
    for (const { servers } of clusters) {
      for (const server of servers) {
        await runLoad({ server, upstream }, scale.clients, bodies, { seconds: scale.seconds, atLeast: scale.warmUp });
      }
    }
    for (let round = 0; round < scale.rounds * scale.processes; round++) {
      for (let turn = 0; turn < clusters.length; turn++) {
        const place = (round + turn) % clusters.length;
        const server = clusters[place]?.servers[0] as Child;
        for (const [index, clients] of cases.entries()) {
          const load = await runLoad({ server, upstream }, clients, bodies, {
            seconds: scale.seconds,
            atLeast: clients,
          });
          cpu[place]?.[index]?.push(load.cpuMs);
          if (clients === 1) p50[place]?.push(load.p50Ms);
        }
      }
    }
    const idle: number[] = [];
    for (const { servers } of clusters) {
      await Promise.all(servers.map((one) => one.takeUsage()));
      const seconds = Math.max(1, scale.seconds * idleFor);
      await pass(seconds * 1000);
      const used = await Promise.all(servers.map((one) => one.takeUsage()));
      idle.push(median(used.map(({ cpuMs }) => cpuMs)) / seconds);
    }
    return [
      ...cases.map((clients, index) =>
        measure(
          `first page, ${clients} ${clients === 1 ? 'client' : 'clients'}: CPU`,
          'ms/operation',
          cpu.map((one) => median(one[index] ?? [])),
          ratioAtMost(1.1),
        ),
      ),
      measure('first page, 1 client: p50', 'ms', p50.map(median)),
      measure('idle: CPU of a process', 'ms/s', idle),
    ];
  });
}

const idOf = (id: number) => Buffer.from(`BorgBackup:live:${id}`).toString('base64url');

const subscribe = (text: string, id: number) =>
  JSON.stringify({ id: 'w', type: 'subscribe', payload: { query: text, variables: { id: idOf(id) } } });

const progressOf = (id: number) =>
  subscribe(
    `subscription ($id: ID!) { backupProgress(id: $id) {
      ... on BackupUpdated { backup { status progress { percent processedBytes currentItem } } } } }`,
    id,
  );
const logOf = (id: number) =>
  subscribe('subscription ($id: ID!) { backupLog(id: $id) { ... on LogLinesAppended { lines { number raw } } } }', id);

const startWatched = (bench: Bench, running: Child) => (url: string) =>
  buildOf(bench).startWith(
    {
      providers: [{ name: 'live', kind: 'borg', url: running.url, username: 'bench', password: 'bench-password' }],
      server: { clients: { socketsPerAddress: 1_000_000 } },
      limits: floods,
      history: { off: true },
      log: { level: 'warn' },
      storage: { url },
    },
    { isProbed: true },
  );

interface Watch {
  readonly spreadMs: number;
  readonly cpuMicroseconds: number;
  readonly bytesASocket: number;
  readonly looksPerSecond: number;
  /** Of PostgreSQL; null on a file. */
  readonly writesPerLook: number | null;
  readonly writes: number;
  readonly seconds: number;
}

/** `sockets` watch, an equal part of them at each server. */
async function watch(cluster: Cluster, running: Child, sockets: number, seconds: number, body: string): Promise<Watch> {
  const { servers, storage } = cluster;
  const isServer = storage.startsWith('postgres');
  const writesOf = async () => (isServer && sockets <= count ? await countWrites(storage) : 0);
  const long = Math.max(seconds * ticks, leastTicks);
  const isCounted = isServer && sockets <= count;
  const idleFrom = isCounted ? await writesOf() : 0;
  if (isCounted) await pass(long * 1000);
  const idleWrites = isCounted ? (await writesOf()) - idleFrom : 0;
  await using watchers = await startChild([programOf('watchers')]);
  const open = async (part: number) => {
    for (const { url } of servers)
      await ask(watchers, { url, subscriptions: Array.from({ length: part }, () => body) });
  };
  // The first ones bring the code into memory.
  await open(1);
  const before = sum((await usageOf(servers)).map(({ rssBytes }) => rssBytes));
  const part = Math.floor(sockets / servers.length) - 1;
  if (part > 0) await open(part);
  await pass(Math.min(settleMs, 1_000 + sockets * 10));
  await ask(watchers, null);
  await fetch(`${running.url}/control/take`);
  await usageOf(servers);
  const writesFrom = await writesOf();
  const startedAt = performance.now();
  await pass(long * 1000);
  const elapsed = (performance.now() - startedAt) / 1000;
  const usage = await usageOf(servers);
  const control = (await (await fetch(`${running.url}/control/take`)).json()) as RunningControl;
  const writes = (await writesOf()) - writesFrom - (idleWrites * elapsed) / long;
  const watched = await ask(watchers, null);
  const looks = control.lists + control.statuses;
  const all = (part + 1) * servers.length;
  // One that a replica has skipped for a newer one came to a part of them.
  const whole = watched.events.filter(({ deliveries }) => deliveries === all);
  return {
    spreadMs: median(whole.map(({ spreadMs }) => spreadMs)),
    cpuMicroseconds: (sum(usage.map(({ cpuMs }) => cpuMs)) * 1000) / watched.deliveries,
    bytesASocket: part > 0 ? (sum(usage.map(({ rssBytes }) => rssBytes)) - before) / (part * servers.length) : 0,
    looksPerSecond: looks / elapsed,
    writesPerLook: isCounted ? writes / looks : null,
    writes,
    seconds: elapsed,
  };
}

const usageOf = (servers: readonly Child[]) => Promise.all(servers.map((one) => one.takeUsage()));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function measureStreams(bench: Bench, storages: readonly string[]): Promise<Measure[]> {
  const { scale } = bench;
  await using running = await startChild([programOf('running')]);
  return await withClusters(storages, startWatched(bench, running), async (clusters) => {
    const start = inTurn(scale.isInTurn);
    const watchAll = (sockets: number, body: string) =>
      Promise.all(clusters.map((cluster) => start(() => watch(cluster, running, sockets, scale.seconds, body))));
    const few = await watchAll(count, progressOf(1));
    const many = await watchAll(scale.sockets, progressOf(2));
    const values = (all: readonly Watch[], of: (one: Watch) => number | null) => all.map(of);
    return [
      measure(
        'event to a watcher at another replica, p50',
        'ms',
        [null, null, few.at(-1)?.spreadMs ?? null],
        valueAtMost(25, ' ms'),
      ),
      measure(
        'upstream, all together',
        'looks/s',
        values(few, ({ looksPerSecond }) => looksPerSecond),
      ),
      measure(
        'writes to PostgreSQL',
        'rows/look',
        values(few, ({ writesPerLook }) => writesPerLook),
      ),
      measure(
        `${scale.sockets} sockets: first to last delivery`,
        'ms',
        values(many, ({ spreadMs }) => spreadMs),
      ),
      measure(
        `${scale.sockets} sockets: CPU, all together`,
        'us/delivery',
        values(many, ({ cpuMicroseconds }) => cpuMicroseconds),
      ),
      measure(
        `${scale.sockets} sockets: memory`,
        'KiB/socket',
        values(many, ({ bytesASocket }) => bytesASocket / 1024),
      ),
      measure(
        `${scale.sockets} sockets: upstream, all together`,
        'looks/s',
        values(many, ({ looksPerSecond }) => looksPerSecond),
      ),
    ];
  });
}

/** Writes for each line of a log of ten lines a second. */
async function measureLog(bench: Bench, storage: string): Promise<Measure[]> {
  await using running = await startChild([programOf('running'), '--linesPerSecond', String(linesPerSecond)]);
  return await withClusters([storage], startWatched(bench, running), async ([cluster]) => {
    const found = await watch(cluster as Cluster, running, 1, bench.scale.seconds, logOf(3));
    return [
      measure('log of 10 lines a second: writes to PostgreSQL', 'rows/line', [
        null,
        found.writes / (linesPerSecond * found.seconds),
        null,
      ]),
    ];
  });
}

/** Statistics are told to the server within a second. */
async function countWrites(url: string): Promise<number> {
  await pass(1_100);
  const [row] = await query(url, 'SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) AS writes FROM pg_stat_user_tables');
  return Number(row?.['writes'] ?? 0);
}

async function ask(watchers: Child, request: OpenRequest | null): Promise<Watched> {
  const response = await fetch(watchers.url, {
    method: 'POST',
    body: request ? JSON.stringify(request) : '',
    // An idle connection may be closed just now.
    headers: { connection: 'close' },
  });
  if (!response.ok) throw new Error(`the sockets: ${await response.text()}`);
  return (await response.json()) as Watched;
}
