/** Thousands of sockets that watch: one and the same backup, and each its own. */
import { readFileSync } from 'node:fs';
import { setTimeout as pass } from 'node:timers/promises';
import type { Bench, Scenario } from '../bench.ts';
import type { Child } from '../children.ts';
import { floods, startBare, startRunning, startWatchers } from '../programs.ts';
import { atMost, compare, type Measure, state } from '../report.ts';
import type { RunningControl } from '../running.ts';
import { median } from '../statistics.ts';
import { readCpuMs, readRssBytes } from '../usage.ts';
import type { OpenRequest, Watched } from '../watchers.ts';

/** Backups of one provider that are watched at once, a socket each. */
const ownCount = 500;
/** Pings, the garbage of the opening and the last first events. */
const settleMs = 3_000;
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
  readonly bytesASocket: number | null;
  readonly cpuMicroseconds: number | null;
  /** Of each event that came to all. */
  readonly spreadMs: number;
  readonly events: number;
  readonly sample: string;
}

export const sockets: Scenario = {
  name: 'sockets',
  async run({ gateways, scale }: Bench) {
    checkFiles(scale.sockets);
    await using running = await startRunning();
    const config = {
      providers: [{ name: 'live', kind: 'borg', url: running.url, username: 'bench', password: 'bench-password' }],
      server: { clients: { socketsPerAddress: 1_000_000 } },
      limits: floods,
      log: { level: 'warn' },
    };
    const same = Array.from({ length: scale.sockets }, () => watch(1));
    const { fleet, control, seconds } = await measureGateway(
      () => gateways.startWith(config),
      same,
      running,
      scale.seconds,
    );
    await using bare = await startBare(fleet.sample.replace(/\d{7,}/, (digits) => '@'.padEnd(digits.length - 3, '0')));
    const floor = await measure(bare, same, scale.seconds);
    const own = Array.from({ length: ownCount }, (_, index) => watch(index + 1));
    const each = await measureGateway(() => gateways.startWith(config), own, running, scale.seconds);

    const measures: Measure[] = [
      compare('first to last delivery', 'ms', floor.spreadMs, fleet.spreadMs, atMost(1.5)),
      compare('CPU', 'us/delivery', floor.cpuMicroseconds, fleet.cpuMicroseconds, atMost(3)),
      compare('memory', 'KiB/socket', toKib(floor.bytesASocket), toKib(fleet.bytesASocket)),
      state('memory', 'KiB/socket', toKib(fleet.bytesASocket), atMost(20, ' KiB')),
      state('upstream', 'looks/s', (control.lists + control.statuses) / seconds, atMost(1.15, '/s')),
      state('upstream', 'log reads/s', control.logs / seconds, atMost(1.15, '/s')),
      state(`${ownCount} backups: upstream`, 'lists/s', each.control.lists / each.seconds, atMost(1.15, '/s')),
      state(`${ownCount} backups: upstream`, 'statuses/s', each.control.statuses / each.seconds),
      state(`${ownCount} backups: CPU`, 'us/delivery', each.fleet.cpuMicroseconds),
    ];
    return {
      scenario: 'sockets',
      title: `Sockets: ${scale.sockets} that watch the same running backup, and ${ownCount} that watch their own`,
      columns: ['bare ws', 'gateway'],
      measures,
      notes: [
        `${fleet.events} events came to every socket of the gateway, ${floor.events} to every socket of the bare server.`,
        'The bare server writes the same bytes once a second. A tick of the gateway is a second, with a tenth of jitter.',
      ],
    };
  },
};

async function measureGateway(
  start: () => Promise<Child>,
  subscriptions: readonly string[],
  running: Child,
  seconds: number,
) {
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

async function measure(
  server: Child,
  subscriptions: readonly string[],
  seconds: number,
  { onStart, onEnd }: { onStart?: () => Promise<void>; onEnd?: () => Promise<void> } = {},
): Promise<Fleet> {
  await using watchers = await startWatchers();
  const url = server.url.endsWith('/graphql') ? server.url : `${server.url}/graphql`;
  // The first one brings the code into memory.
  await ask(watchers, { url, subscriptions: subscriptions.slice(0, 1) });
  const before = readRssBytes(server.pid);
  await ask(watchers, { url, subscriptions: subscriptions.slice(1) });
  await pass(settleMs);
  await ask(watchers, null);
  await onStart?.();
  const cpuBefore = readCpuMs(server.pid);
  await pass(Math.max(seconds, 3) * 4 * 1000);
  const cpuAfter = readCpuMs(server.pid);
  await onEnd?.();
  const watched = await ask(watchers, null);
  const after = readRssBytes(server.pid);
  const isShared = subscriptions.every((one) => one === subscriptions[0]);
  // Those at the edges of the time came to some before it or after it.
  const whole = watched.events.filter(({ deliveries }) => deliveries === subscriptions.length);
  if (isShared && whole.length < watched.events.length - 2) {
    const counts = watched.events.map(({ deliveries }) => deliveries);
    throw new Error(`not every socket received every event: ${counts.join(', ')} of ${subscriptions.length}`);
  }
  return {
    bytesASocket: before === null || after === null ? null : (after - before) / (subscriptions.length - 1),
    cpuMicroseconds:
      cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) * 1000) / watched.deliveries,
    spreadMs: median(whole.map(({ spreadMs }) => spreadMs)),
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

const toKib = (bytes: number | null): number | null => (bytes === null ? null : bytes / 1024);
