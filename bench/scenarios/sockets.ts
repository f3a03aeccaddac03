/** Thousands of sockets that watch: one and the same backup, and each its own. */
import { readFileSync } from 'node:fs';
import { setTimeout as pass } from 'node:timers/promises';
import type { Bench, Scenario } from '../bench.ts';
import { type Child, startChild } from '../children.ts';
import { type Measure, ratioAtMost, measure as row, valueAtMost } from '../report.ts';
import type { RunningControl } from '../running.ts';
import { floods, programOf } from '../sides.ts';
import { median } from '../statistics.ts';
import type { OpenRequest, Watched } from '../watchers.ts';

/** Backups of one provider that are watched at once, a socket each. */
const ownCount = 500;
/** Pings, the garbage of the opening and the last first events. */
const settleMs = 3_000;
/** Seconds of watching for each second of other measurements, and at the least: an event comes each second. */
const ticks = 6;
const leastTicks = 3;
/** Descriptors that a program needs besides its sockets. */
const spareFiles = 100;

const query = `subscription ($id: ID!) {
  backupProgress(id: $id) {
    ... on BackupUpdated { backup { status progress { percent processedBytes currentItem bytesPerSecond } } }
    ... on BackupFinished { backup { status } }
    ... on StreamStalled { since problem { code message } }
  }
}`;

const watch = (id: number): string =>
  JSON.stringify({
    id: 'w',
    type: 'subscribe',
    payload: { query, variables: { id: Buffer.from(`BorgBackup:live:${id}`).toString('base64url') } },
  });

interface Fleet {
  readonly bytesASocket: number;
  readonly cpuMicroseconds: number;
  readonly ownLoopP99Ms: number;
  /** Of each event that came to all. */
  readonly spreadMs: number;
  readonly events: number;
  readonly sample: string;
}

interface Watch {
  readonly fleet: Fleet;
  readonly control: RunningControl;
  readonly seconds: number;
}

/** How each gateway delivers to sockets of one backup, and to sockets of a backup each. */
interface Found {
  readonly same: Watch;
  readonly own: Watch;
}

export const sockets: Scenario = {
  name: 'sockets',
  async run({ gateways, scale }: Bench) {
    checkFiles(scale.sockets);
    const same = Array.from({ length: scale.sockets }, () => watch(1));
    const own = Array.from({ length: Math.min(ownCount, scale.sockets) }, (_, index) => watch(index + 1));
    await using running = await startChild([programOf('running')]);
    const found: Found[] = [];
    for (const gateway of gateways) {
      const start = () => gateway.startWith(toConfig(running), { isProbed: true });
      found.push({
        same: await measureGateway(start, same, running, scale.seconds),
        own: await measureGateway(start, own, running, scale.seconds),
      });
    }
    // The bare server writes the same bytes.
    const message = found.at(-1)?.same.fleet.sample.replace(/\d{7,}/, (digits) => '@'.padEnd(digits.length - 3, '0'));
    await using bare = await startChild([programOf('bare'), message ?? ''], { isProbed: true });
    const floor = await measure(bare, same, scale.seconds);
    return {
      scenario: 'sockets',
      title: `Sockets: ${scale.sockets} that watch the same running backup, and ${own.length} that watch their own`,
      columns: ['bare ws', ...gateways.map(({ name }) => name)],
      measures: toMeasures(floor, found, own.length),
      notes: [
        `Events that came to every socket: ${[floor, ...found.map((one) => one.same.fleet)].map(({ events }) => events).join(', ')}.`,
        'The bare server writes the same bytes once a second. A tick of the gateway is a second, with a tenth of jitter.',
      ],
    };
  },
};

function toMeasures(floor: Fleet, found: readonly Found[], ownCount: number): Measure[] {
  const fleets = (of: (fleet: Fleet) => number) => [of(floor), ...found.map(({ same }) => of(same.fleet))];
  const gateways = (of: (one: Found) => number) => [null, ...found.map(of)];
  const memory = fleets(({ bytesASocket }) => bytesASocket / 1024);
  const perSecond = ({ control, seconds }: Watch, keys: readonly (keyof RunningControl)[]): number =>
    keys.reduce((total, key) => total + control[key], 0) / seconds;
  return [
    row(
      'first to last delivery',
      'ms',
      fleets(({ spreadMs }) => spreadMs),
      ratioAtMost(1.5),
    ),
    row(
      'CPU',
      'us/delivery',
      fleets(({ cpuMicroseconds }) => cpuMicroseconds),
      ratioAtMost(2),
    ),
    row('memory', 'KiB/socket', memory, valueAtMost(18, ' KiB')),
    row(
      'event loop delay, p99',
      'ms',
      fleets(({ ownLoopP99Ms }) => ownLoopP99Ms),
    ),
    row(
      'upstream',
      'looks/s',
      gateways(({ same }) => perSecond(same, ['lists', 'statuses'])),
      valueAtMost(1.15, '/s'),
    ),
    row(
      'upstream',
      'log reads/s',
      gateways(({ same }) => perSecond(same, ['logs'])),
      valueAtMost(1.15, '/s'),
    ),
    row(
      `${ownCount} backups: upstream`,
      'lists/s',
      gateways(({ own }) => perSecond(own, ['lists'])),
      valueAtMost(1.15, '/s'),
    ),
    row(
      `${ownCount} backups: upstream`,
      'statuses/s',
      gateways(({ own }) => perSecond(own, ['statuses'])),
    ),
    row(
      `${ownCount} backups: CPU`,
      'us/delivery',
      gateways(({ own }) => own.fleet.cpuMicroseconds),
    ),
  ];
}

const toConfig = (running: Child) => ({
  providers: [{ name: 'live', kind: 'borg', url: running.url, username: 'bench', password: 'bench-password' }],
  server: { clients: { socketsPerAddress: 1_000_000 } },
  limits: floods,
  log: { level: 'warn' },
});

async function measureGateway(
  start: () => Promise<Child>,
  subscriptions: readonly string[],
  running: Child,
  seconds: number,
): Promise<Watch> {
  await using gateway = await start();
  let control: RunningControl = { lists: 0, statuses: 0, logs: 0 };
  let startedAt = 0;
  let elapsed = 0;
  const take = async () => (await (await fetch(`${running.url}/control/take`)).json()) as RunningControl;
  const fleet = await measure(gateway, subscriptions, seconds, {
    onStart: async () => {
      await take();
      startedAt = performance.now();
    },
    onEnd: async () => {
      control = await take();
      elapsed = (performance.now() - startedAt) / 1000;
    },
  });
  return { fleet, control, seconds: elapsed };
}

interface Hooks {
  readonly onStart?: () => Promise<void>;
  readonly onEnd?: () => Promise<void>;
}

async function measure(
  server: Child,
  subscriptions: readonly string[],
  seconds: number,
  { onStart, onEnd }: Hooks = {},
): Promise<Fleet> {
  await using watchers = await startChild([programOf('watchers')]);
  const url = server.url.endsWith('/graphql') ? server.url : `${server.url}/graphql`;
  // The first one brings the code into memory.
  await ask(watchers, { url, subscriptions: subscriptions.slice(0, 1) });
  const before = (await server.takeUsage()).rssBytes;
  await ask(watchers, { url, subscriptions: subscriptions.slice(1) });
  await pass(Math.min(settleMs, subscriptions.length * 10));
  await ask(watchers, null);
  await onStart?.();
  await server.takeUsage();
  await pass(Math.max(seconds * ticks, leastTicks) * 1000);
  const { cpuMs, rssBytes, ownLoopP99Ms } = await server.takeUsage();
  await onEnd?.();
  const watched = await ask(watchers, null);
  const isShared = subscriptions.every((one) => one === subscriptions[0]);
  // Those at the edges of the time came to some before it or after it.
  const whole = watched.events.filter(({ deliveries }) => deliveries === subscriptions.length);
  if (isShared && whole.length < watched.events.length - 2) {
    const counts = watched.events.map(({ deliveries }) => deliveries);
    throw new Error(`not every socket received every event: ${counts.join(', ')} of ${subscriptions.length}`);
  }
  return {
    bytesASocket: (rssBytes - before) / (subscriptions.length - 1),
    cpuMicroseconds: (cpuMs * 1000) / watched.deliveries,
    spreadMs: median(whole.map(({ spreadMs }) => spreadMs)),
    ownLoopP99Ms,
    events: whole.length,
    sample: watched.sample,
  };
}

async function ask(watchers: Child, request: OpenRequest | null): Promise<Watched> {
  const response = await fetch(watchers.url, { method: 'POST', body: request ? JSON.stringify(request) : '' });
  if (!response.ok) throw new Error(`the sockets: ${await response.text()}`);
  return (await response.json()) as Watched;
}

/** Every socket is a file on both sides. */
function checkFiles(count: number): void {
  let allowed: number;
  try {
    allowed = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.NaN);
  } catch {
    return;
  }
  if (allowed >= count + spareFiles || Number.isNaN(allowed)) return;
  throw new Error(
    `${count} sockets need ${count + spareFiles} open files, and this machine allows ${allowed}: raise it with "ulimit -n", or ask for fewer with --sockets.`,
  );
}
